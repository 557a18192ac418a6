/** Workloads from files: what they do, and what is refused with its place. */
import { expect, test } from "vitest";
import { builtInWorkload, type Operation, type Workload } from "../../checker/simulation/workload.js";
import { workloadOf } from "../../checker/simulation/workload-file.js";

const names = ["K1", "K2", "K3"];
const read = (json: unknown) => workloadOf(JSON.stringify(json), "w.json", names);
const operationsIn = (workload: Workload, thread: number, seed = 1): Operation[] => [
  ...workload.threads[thread]!(seed),
];

test("threads do what the file says", () => {
  const workload = read({
    name: "hand over",
    pages: 2,
    threads: {
      K1: [{ write: 1, times: 3 }, { barrier: true }],
      K3: [{ compute: 5.5 }, { repeat: 2, do: [{ read: 2 }] }, { barrier: true }],
    },
  });
  expect([workload.name, workload.pages, workload.threads[1]]).toEqual(["hand over", 2, undefined]);
  expect(operationsIn(workload, 0)).toEqual([{ kind: "write", page: 0, times: 3 }, { kind: "barrier" }]);
  expect(operationsIn(workload, 2)).toEqual([
    { kind: "compute", time: 5.5 },
    { kind: "read", page: 1, times: 1 },
    { kind: "read", page: 1, times: 1 },
    { kind: "barrier" },
  ]);
  // A second run does the same.
  expect(operationsIn(workload, 0).length).toBe(2);
});

const one = (operation: unknown) => ({ threads: { K1: [operation] } });
test.each([
  [[], /^w\.json: the workload is \[\]\n {2}Give an object\.$/],
  [{ threads: {} }, /threads is empty: nobody does anything/],
  [{}, /threads is missing/],
  [{ threads: { K4: [] } }, /threads names K4.*\n {2}Threads run on K1, K2, K3\./],
  [{ threads: { K1: {} } }, /threads\.K1 is \{\}\n {2}Give a list of operations\./],
  [{ page: 2, threads: { K1: [] } }, /the workload has page; did you mean pages/],
  [{ pages: 0, threads: { K1: [] } }, /pages is 0\n {2}Give a whole number from 1\./],
  [{ name: 3, threads: { K1: [] } }, /name is 3\n {2}Give a text\./],
  [one({}), /threads\.K1\[0\] has nothing\n {2}Give one of read, write, barrier, compute, repeat\./],
  [one({ read: 1, write: 1 }), /threads\.K1\[0\] has read, write\n/],
  [one({ read: 2 }), /threads\.K1\[0\]\.read is page 2, and there are 1: raise pages/],
  [one({ read: 1, times: 0 }), /threads\.K1\[0\]\.times is 0\n/],
  [one({ read: 1, tmes: 2 }), /threads\.K1\[0\] has tmes; did you mean times\?/],
  [one({ barrier: 1 }), /threads\.K1\[0\]\.barrier is 1\n {2}Give true\./],
  [one({ barrier: true, times: 2 }), /threads\.K1\[0\] has times, which barrier does not take/],
  [one({ read: 1, do: [] }), /threads\.K1\[0\] has do, which read does not take/],
  [one({ compute: -1 }), /threads\.K1\[0\]\.compute is -1\n {2}Give microseconds\./],
  [one({ repeat: 2, do: [{ read: "1" }] }), /threads\.K1\[0\]\.do\[0\]\.read is "1"\n/],
  [
    { threads: { K1: [{ repeat: 3, do: [{ barrier: true }] }], K2: [{ barrier: true }] } },
    /K1 comes to 3 barriers, and K2 to 1\n/,
  ],
])("%j is refused", (json, message) => {
  expect(() => read(json)).toThrow(message);
});

test("what is no JSON is refused", () => {
  expect(() => workloadOf("{", "w.json", names)).toThrow(/^w\.json is no JSON: /);
});

test("of the built-in workloads, each thread goes over all pages in each iteration", () => {
  const size = { pages: 2, elements: 5, iterations: 2, writeShare: 0.3 };
  const kinds = (name: "readers" | "one-writer" | "writers") => {
    const workload = builtInWorkload(name, 2, size);
    return [0, 1].map((thread) =>
      operationsIn(workload, thread)
        .map(({ kind }) => kind)
        .slice(1),
    );
  };
  const [reads, writes] = [Array(4).fill("read"), Array(4).fill("write")];
  expect(kinds("readers")).toEqual([reads, reads]);
  expect(kinds("one-writer")).toEqual([writes, reads]);
  expect(kinds("writers")).toEqual([writes, writes]);
  expect(operationsIn(builtInWorkload("readers", 2, size), 1).slice(1)).toEqual(
    [0, 1, 0, 1].map((page) => ({ kind: "read", page, times: 5 })),
  );
});

test("mixed visits pages by chance: by the seed, otherwise in each thread, and writes the part that it is to", () => {
  const workload = builtInWorkload("mixed", 2, { pages: 3, elements: 1, iterations: 400, writeShare: 0.3 });
  const [one, again, other] = [operationsIn(workload, 0), operationsIn(workload, 0), operationsIn(workload, 1)];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  expect(operationsIn(workload, 0, 2)).not.toEqual(one);
  const visits = one.slice(1);
  expect(visits.length).toBe(1200);
  const writes = visits.filter(({ kind }) => kind === "write").length;
  expect(Math.abs(writes - 360)).toBeLessThan(60);
  for (const page of [0, 1, 2])
    expect(Math.abs(visits.filter((visit) => "page" in visit && visit.page === page).length - 400)).toBeLessThan(80);
});
