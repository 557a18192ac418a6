/** Requests to the server, which is at the page's own address. */
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Answer, WalkRequest, WalkView } from "../view.js";

export interface Walking {
  readonly view: WalkView | undefined;
  /** What went wrong with the last request. */
  readonly error: string | undefined;
  readonly ask: (request: WalkRequest) => Promise<Answer | undefined>;
}

/** How often the page looks at a search under way, in milliseconds. */
const LOOK = 200;

export function useWalk(): Walking {
  const [view, setView] = useState<WalkView>();
  const [error, setError] = useState<string>();
  const ask = useCallback(async (request: WalkRequest) => {
    try {
      const answer = await answerTo(request);
      // Answers may overtake each other.
      setView((before) => (before !== undefined && before.revision > answer.view.revision ? before : answer.view));
      if (request.do !== "look") setError(answer.error);
      return answer;
    } catch {
      setError("the server does not answer: popcheck explore has ended, or was started again with another address");
      return undefined;
    }
  }, []);
  useEffect(() => void ask({ do: "look" }), [ask]);
  const searching = view?.search.state === "running";
  useEffect(() => {
    if (!searching) return;
    const timer = setInterval(() => void ask({ do: "look" }), LOOK);
    return () => clearInterval(timer);
  }, [searching, ask]);
  return { view, error, ask };
}

async function answerTo(request: WalkRequest): Promise<Answer> {
  const response = await fetch("api", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  return (await response.json()) as Answer;
}
