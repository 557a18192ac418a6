/**
 * An engine that gives the same numbers to the same values as those of all other machines, since it has answered the
 * same questions in the same order. What it misses it asks in the log of questions before it answers.
 */
import { AuthorError } from "../errors.js";
import type { Instance } from "../model/instance.js";
import type { Splits } from "../observe/columns.js";
import { placesOf } from "../search/asked.js";
import { Engine } from "../search/engine/engine.js";
import { Inspector } from "../search/engine/inspector.js";
import { Journal } from "../search/engine/journal.js";
import { storeInitialStates } from "../search/exhaustive/initial-states.js";
import type { SearchOptions } from "../search/options.js";
import { Digest } from "./digest.js";
import { type LoggedQuestion, QuestionLog } from "./question-log.js";
import type { Storage } from "./storage.js";

/** A model answers otherwise here than where the search was begun. */
export class OtherAnswers extends AuthorError {
  override readonly name = "OtherAnswers";
}

/** An engine has given numbers to values that others have given to other values: it cannot be used any more. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/** What numbers rest on: how many questions of the log, and a digest of what a model has answered to them. */
export interface Basis {
  readonly questions: number;
  readonly digest: string;
}

export class SharedEngine {
  readonly engine: Engine;
  readonly inspector: Inspector;
  private readonly codec: Journal;
  private readonly log: QuestionLog;
  private readonly digest: Digest;
  /** By number of questions: the digest of what was learnt from so many. */
  private readonly digests: string[] = [];
  /**
   * Whether questions are added to the log together, by `keepQuestions`, rather than each before it is answered: faster
   * where nobody else is expected to ask anything. If somebody does, the engine is lost.
   */
  asksTogether = false;
  private unlogged: LoggedQuestion[] = [];
  /** The properties that are not looked at any more. */
  private readonly settled = new Set<number>();

  /**
   * Stores the initial states in the engine's store. What that asks is the same on every machine, so it is not logged.
   * @param run the words that names of the run's files begin with
   * @throws LimitReached if the initial states do not fit
   */
  constructor(storage: Storage, run: string, instance: Instance, options: SearchOptions, splits?: Splits) {
    this.engine = new Engine(instance, options, placesOf(instance, options), splits);
    this.inspector = new Inspector(this.engine);
    for (const _ of storeInitialStates(this.engine, this.inspector, instance.initial)) {
      // A worker has nothing else to do meanwhile.
    }
    this.engine.rearrange();
    this.codec = new Journal(this.engine.families.rowWords);
    this.log = new QuestionLog(storage, run, this.codec.bytesOf(this.engine.expander).length);
    this.digest = new Digest(this.engine);
    this.digests.push(this.digest.value);
  }

  /** How many questions the engine has answered. */
  get answered(): number {
    return this.digests.length - 1;
  }

  /** What the numbers in its rows rest on. */
  get basis(): Basis {
    return { questions: this.answered, digest: this.digest.value };
  }

  /** Whether its numbers are those of rows that rest on `basis`; undefined if it has not answered so many questions. */
  restsOn({ questions, digest }: Basis): boolean | undefined {
    const own = this.digests[questions];
    return own === undefined ? undefined : own === digest;
  }

  private noteAnswered(): void {
    this.digest.update();
    this.digests.push(this.digest.value);
  }

  /**
   * Answers what the expander misses, or what others have asked meanwhile; then the expander can go on, and may miss
   * the same again. While `asksTogether`, it asks only itself.
   * @throws LimitReached if it cannot be answered
   * @throws OtherAnswers if the model answers otherwise than elsewhere
   */
  async handleMiss(): Promise<void> {
    if (!this.asksTogether && (await this.answerNext())) return;
    await this.enter(this.codec.bytesOf(this.engine.expander), () => this.engine.handleMiss());
  }

  /**
   * Takes what is decided out of what is looked at, on all machines at the same place of the log: what they ask of the
   * model from then on depends on it.
   * @param properties the places of the properties that are violated among the instance's
   */
  async settle(properties: readonly number[]): Promise<void> {
    for (const property of properties)
      while (!this.settled.has(property)) {
        if (!this.asksTogether && (await this.answerNext())) continue;
        await this.enter(this.codec.bytesOfSettled(property), () => this.noteSettled(property));
      }
  }

  private noteSettled(property: number): void {
    this.settled.add(property);
    this.engine.settle(property);
    this.engine.refresh();
  }

  /** Adds an entry to the log, and does what it says; or does instead what others have added. */
  private async enter(entry: Uint8Array, act: () => void): Promise<void> {
    const question = { digest: this.digest.value, entry };
    if (this.asksTogether) this.unlogged.push(question);
    else if (!(await this.log.add(this.answered + 1, [question]))) {
      await this.answerNext();
      return;
    }
    act();
    this.noteAnswered();
  }

  /** Answers the questions of the log up to number `last`, or all that there are. */
  async catchUp(last = Number.POSITIVE_INFINITY): Promise<void> {
    while (this.answered < last && (await this.answerNext()));
  }

  /** Answers the next question of the log. Returns false if there is none. */
  private async answerNext(): Promise<boolean> {
    if (this.unlogged.length > 0) throw new Error("questions are answered that were not added to the log yet");
    const question = await this.log.read(this.answered + 1);
    if (question === undefined) return false;
    if (question.digest !== this.digest.value)
      throw new OtherAnswers(
        `the model answers otherwise here than on another machine, before question ${this.answered + 1} of this search: it is another version of the model or of popcheck, or one of its functions is not pure`,
      );
    for (const entry of this.codec.read(question.entry)) {
      if ("settled" in entry) this.noteSettled(entry.settled);
      else this.engine.answer(entry);
    }
    this.noteAnswered();
    return true;
  }

  /**
   * Sees to it that what was asked so far stands in the log's packs: call it before anything that rests on it counts.
   * @throws Overtaken if others have asked something while this engine asked only itself
   */
  async keepQuestions(): Promise<void> {
    const { unlogged } = this;
    if (unlogged.length > 0) {
      const isAdded = await this.log.add(this.answered - unlogged.length + 1, unlogged);
      if (!isAdded) throw new Overtaken("another worker has asked the model something else meanwhile");
      this.unlogged = [];
    }
    await this.log.pack();
  }
}
