/** A thread in a run: what it does, and where it is in its program. */
import { ACCESS_KINDS, type AccessKind } from "./driven-model.js";
import type { Page } from "./network.js";
import type { PageGraph, PageState } from "./page-graph.js";
import type { Operation } from "./workload.js";

/** A thread, pinned to a process. */
export interface Thread {
  readonly at: number;
  readonly program: Iterator<Operation>;
  doing: Doing;
  /** The accesses that are left of the operation. */
  left: number;
  kind: AccessKind;
  page: Page;
  /** Since when it accesses its copy, or waits for its access. */
  since: number;
  /** A state in which none of the actions of the access that waits was enabled. */
  refusedIn: PageState | undefined;
  /** Whether the access that waits began with a page fault. */
  isFault: boolean;
  /** The number of the barriers that it has come to, and what it is about there. */
  barriers: number;
  barrier: "none" | "arriving" | "watching";
  /** Events with another number are cancelled. */
  version: number;
  /** Requests of the access that waits: how often each was sent, by kind and receiver. */
  readonly asked: Map<string, number>;
}

export type Doing = "ready" | "local" | "trapped" | "waits" | "watches" | "computes" | "done";

export function threadOf(at: number, program: Iterator<Operation>, page: Page): Thread {
  return {
    at,
    program,
    doing: "ready",
    left: 0,
    kind: ACCESS_KINDS[0]!,
    page,
    since: 0,
    refusedIn: undefined,
    isFault: false,
    barriers: 0,
    barrier: "none",
    version: 0,
    asked: new Map(),
  };
}

/** Says what a thread waits for, and what its process holds. @param shared the page of the shared variable */
export function waitInWords({ at, doing, kind, page, barrier, since }: Thread, graph: PageGraph, shared: Page): string {
  const name = graph.driven.names[at]!;
  const of = page === shared ? "the shared variable" : `page ${page.number + 1}`;
  const place = barrier === "none" ? "" : " at a barrier";
  const access = `its ${kind} of ${of}${place}, since ${since.toFixed(1)} us`;
  const what = doing === "watches" ? `${name} waits at a barrier` : `${name} waits for ${access}`;
  return `${what}: ${graph.inWords(page.state, at)}`;
}
