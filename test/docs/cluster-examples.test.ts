/** The files of docs/examples/cluster/: their syntax, and that what one part of them names is there in another one. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { workerOptions } from "../../checker/cli/args/cluster-options.js";
import { checkOptions, kebabCase } from "../../checker/cli/args/options.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { packageRoot } from "../../checker/package.js";
import { EXIT } from "../../checker/reports/exit-status.js";
import { readYaml, type Yaml } from "../support/plain-yaml.js";
import { files, read } from "./documents.js";

const folder = "docs/examples/cluster";
const isInstalled = (command: string, ...words: string[]) => spawnSync(command, words).status === 0;

/** A value of a document, with a way to its parts that says which one is missing. */
class Node {
  constructor(readonly value: Yaml) {}

  private part(key: string): Yaml | undefined {
    const { value } = this;
    return typeof value === "object" && !Array.isArray(value) ? (value as Record<string, Yaml>)[key] : undefined;
  }

  has(...path: string[]): boolean {
    const [key, ...rest] = path;
    if (key === undefined) return true;
    const part = this.part(key);
    return part !== undefined && new Node(part).has(...rest);
  }

  at(...path: string[]): Node {
    const [key, ...rest] = path;
    if (key === undefined) return this;
    const part = this.part(key);
    if (part === undefined) throw new Error(`there is no ${key} in ${JSON.stringify(this.value)}`);
    return new Node(part).at(...rest);
  }

  get items(): Node[] {
    if (!Array.isArray(this.value)) throw new Error(`${JSON.stringify(this.value)} is no list`);
    return this.value.map((each) => new Node(each));
  }

  get text(): string {
    if (typeof this.value !== "string") throw new Error(`${JSON.stringify(this.value)} is no text`);
    return this.value;
  }
}

describe("the scripts", () => {
  const scripts = files.filter((file) => file.startsWith(folder) && file.endsWith(".sh"));

  test.each(scripts)("%s has the syntax of bash", (script) => {
    const { status, stderr } = spawnSync("bash", ["-n", join(packageRoot, script)], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.runIf(isInstalled("shellcheck", "--version")).each(scripts)("%s pleases shellcheck", (script) => {
    expect(spawnSync("shellcheck", [join(packageRoot, script)], { encoding: "utf8" }).stdout).toBe("");
  });

  test("there are two", () => {
    expect(scripts).toEqual([`${folder}/one-machine.sh`, `${folder}/slurm.sh`]);
  });
});

describe("kubernetes.yaml", () => {
  const path = `${folder}/kubernetes.yaml`;
  const objects = readYaml(read(path)).map((object) => new Node(object));
  const named = (kind: string, name: string) =>
    objects.find((object) => object.at("kind").text === kind && object.at("metadata", "name").text === name);
  const one = (kind: string, name: string) => {
    const found = named(kind, name);
    expect(found, `${kind} ${name}`).toBeDefined();
    return found!;
  };
  const pods = objects
    .filter((object) => object.has("spec", "template"))
    .map((object) => object.at("spec", "template"));
  const containers = pods.flatMap((pod) => pod.at("spec", "containers").items);
  const wordsOf = (name: string) =>
    containers
      .find((container) => container.at("name").text === name)!
      .at("args")
      .items.map(({ text }) => text);

  test("has the objects that a search takes", () => {
    const kinds = objects.map((object) => object.at("kind").text);
    expect(kinds).toEqual(["PersistentVolumeClaim", "Deployment", "Service", "Job", "Job"]);
    expect(pods.length).toBe(3);
  });

  test.runIf(isInstalled("python3", "-c", "import yaml"))("is what a whole reader of YAML makes of it", () => {
    const program = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))";
    const { stdout } = spawnSync("python3", ["-c", program], { input: read(path), encoding: "utf8" });
    expect(readYaml(read(path))).toEqual(JSON.parse(stdout));
  });

  test("mounts volumes that there are, of claims that many nodes may write to", () => {
    for (const pod of pods) {
      const volumes = pod.has("spec", "volumes") ? pod.at("spec", "volumes").items : [];
      const mounts = pod
        .at("spec", "containers")
        .items.flatMap((each) => (each.has("volumeMounts") ? each.at("volumeMounts").items : []));
      expect(mounts.map((mount) => mount.at("name").text)).toEqual(volumes.map((volume) => volume.at("name").text));
      for (const volume of volumes) {
        const claim = one("PersistentVolumeClaim", volume.at("persistentVolumeClaim", "claimName").text);
        expect(claim.at("spec", "accessModes").value).toEqual(["ReadWriteMany"]);
      }
    }
  });

  test("takes the password from the Secret that its first lines, and the how-to, make", () => {
    const secrets = containers
      .flatMap((each) => each.at("env").items)
      .map((each) => each.at("valueFrom", "secretKeyRef"));
    expect(secrets.length).toBe(3);
    for (const secret of secrets)
      for (const text of [read(path), read("docs/how-to/past-one-machine.md")]) {
        const made = `kubectl create secret generic ${secret.at("name").text} --from-file=${secret.at("key").text}=`;
        expect(text).toContain(made);
      }
  });

  test("finds the Redis server by a Service that leads to it", () => {
    for (const name of ["worker", "check"]) {
      const url = new URL(wordsOf(name).find((word) => word.startsWith("redis://"))!);
      const service = one("Service", url.hostname);
      const [port] = service.at("spec", "ports").items;
      expect(port!.at("port").value).toBe(Number(url.port));
      const labels = service.at("spec", "selector").value;
      const [server] = pods.filter(
        (pod) => JSON.stringify(pod.at("metadata", "labels").value) === JSON.stringify(labels),
      );
      const open = server!.at("spec", "containers").items[0]!.at("ports").items;
      expect(open.map((each) => each.at("name").text)).toEqual([port!.at("targetPort").text]);
    }
    for (const object of objects)
      if (object.has("spec", "selector", "matchLabels"))
        expect(object.at("spec", "selector", "matchLabels").value).toEqual(
          object.at("spec", "template", "metadata", "labels").value,
        );
  });

  test("has as many workers at the same time as there are, in less memory than they may take", () => {
    const workers = one("Job", "popcheck-workers").at("spec");
    expect(workers.at("completionMode").text).toBe("Indexed");
    expect(workers.at("completions").value).toBe(workers.at("parallelism").value);
    const words = wordsOf("worker");
    const gigabytes = Number(/^(\d+)G$/.exec(words[words.indexOf("--memory") + 1]!)![1]);
    const worker = containers.find((each) => each.at("name").text === "worker")!;
    const limit = Number(/^(\d+)Gi$/.exec(worker.at("resources", "limits", "memory").text)![1]);
    expect(gigabytes).toBeLessThan(limit);
  });

  test("ends the check's Job by each exit status that is a verdict, unless its node is taken away", () => {
    const { items } = one("Job", "popcheck-check").at("spec", "podFailurePolicy", "rules");
    const [first, second] = items;
    expect(first!.value).toEqual({ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] });
    expect(second!.at("onExitCodes", "values").value).toEqual(Object.values(EXIT).filter((status) => status !== 0));
    const names = containers.map((each) => each.at("name").text);
    expect(names).toContain(second!.at("onExitCodes", "containerName").text);
  });

  test("gives commands of popcheck with options that there are", async () => {
    const optionsIn = (words: readonly string[]) =>
      words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
    expect(optionsIn(wordsOf("worker")).filter((name) => !Object.hasOwn(workerOptions, name))).toEqual([]);
    const words = wordsOf("check");
    const { model } = await loadModel(words[1]!);
    const parameters = optionsIn(words).filter((name) => !Object.hasOwn(checkOptions, name));
    const given = Object.fromEntries(parameters.map((name) => [name, Number(words[words.indexOf(`--${name}`) + 1])]));
    expect(() => new Instance(model, given)).not.toThrow();
    expect(Object.keys(model.parameters).map(kebabCase)).toEqual(expect.arrayContaining(parameters));
  });
});

test("what is not plain YAML is refused", () => {
  for (const text of ["a: [1]", "a: 'b'", "a: b\n  c: d", "a:\n- b", "a: yes", "a: 1\na: 2", "a: b: c", "a:", "\ta: 1"])
    expect(() => readYaml(`${text}\n`), text).toThrow();
});
