/**
 * The questions that a search on many machines has asked of its model, in one order for all of them. Value ids are
 * given out in the order in which questions are answered; so rows mean the same on every machine that has answered the
 * same questions in the same order. That a property is decided stands among them: from then on less is asked.
 *
 * Questions are numbered from 1. The file `log/n` has question number n and those that were added with it. It is
 * created exclusively: of those who ask different questions at the same time one comes first, and the others answer its
 * questions before they ask theirs again. With each question stands a digest of what whoever asked it had learnt
 * before. Another digest means that a model answers otherwise there than here: it is another version, or one of its
 * functions is impure.
 *
 * A file with a single question is not flushed: that would cost each question a wait for the disk. It is flushed as
 * part of a *pack*, before anything that rests on it counts: `log/pack-m-n` has the questions from number m up to n.
 */
import { DIGEST_BYTES } from "./digest.js";
import { sealed, unsealed } from "./sealed.js";
import type { Storage } from "./storage.js";

/** A question: its entry of the journal, and the digest of what was known before it. */
export interface LoggedQuestion {
  readonly digest: string;
  readonly entry: Uint8Array;
}

/** Digits of a question's number in the name of its file, so that names are in order. */
const DIGITS = 9;

export class QuestionLog {
  /** Questions that were read and not yet asked for, by number; undefined before the first was asked for. */
  private ahead: Map<number, LoggedQuestion> | undefined;
  /** The number of the last question that certainly outlives the machines. */
  private kept = 0;
  /** The questions since then that were read or added. */
  private unkept: LoggedQuestion[] = [];

  /**
   * @param run the words that names of the run's files begin with
   * @param entryBytes how many bytes the entry of a question has
   */
  constructor(
    private readonly storage: Storage,
    private readonly run: string,
    private readonly entryBytes: number,
  ) {}

  /**
   * Returns question number `number`, which follows the one that was read or added last; undefined if nobody has asked
   * it.
   */
  async read(number: number): Promise<LoggedQuestion | undefined> {
    this.ahead ??= await this.readPacks();
    const known = this.ahead.get(number);
    if (known !== undefined) {
      this.ahead.delete(number);
      return known;
    }
    const file = `${this.run}/log/${written(number)}`;
    const bytes = await this.storage.read(file);
    if (bytes === undefined) return undefined;
    const questions = this.questionsOf(bytes, file);
    this.note(number, questions);
    questions.forEach((question, i) => {
      if (i > 0) this.ahead!.set(number + i, question);
    });
    return questions[0];
  }

  private async readPacks(): Promise<Map<number, LoggedQuestion>> {
    const found = new Map<number, LoggedQuestion>();
    for (const name of await this.storage.names(`${this.run}/log`)) {
      const [, from, to] = /pack-(\d+)-(\d+)$/.exec(name) ?? [];
      if (to === undefined || Number(to) <= this.kept) continue;
      const questions = this.questionsOf((await this.storage.read(name))!, name);
      questions.forEach((question, i) => {
        found.set(Number(from) + i, question);
      });
      this.kept = Number(to);
    }
    return found;
  }

  /**
   * Adds questions, of which the first has the number `number`. Several outlive the machines once the promise is kept;
   * one does so after `keep`. Returns false, and adds nothing, if that number is taken: then what has it is to be read
   * and answered first.
   */
  async add(number: number, questions: readonly LoggedQuestion[]): Promise<boolean> {
    const areSeveral = questions.length > 1;
    if (areSeveral) await this.keep();
    const name = `${this.run}/log/${written(number)}`;
    const areAdded = await this.storage.create(name, sealed(this.bytesOf(questions)), areSeveral);
    if (areAdded) this.note(number, questions);
    return areAdded;
  }

  /** Notes questions of a file. */
  private note(number: number, questions: readonly LoggedQuestion[]): void {
    const last = number + questions.length - 1;
    if (last <= this.kept) return;
    if (questions.length === 1) this.unkept.push(questions[0]!);
    // Whoever added several has kept those before.
    else [this.kept, this.unkept] = [last, []];
  }

  /** Sees to it that all questions read or added so far outlive the machines. */
  async keep(): Promise<void> {
    if (this.unkept.length === 0) return;
    const [from, to] = [this.kept + 1, this.kept + this.unkept.length];
    // Whoever comes first: the questions are the same.
    const file = `${this.run}/log/pack-${written(from)}-${written(to)}`;
    await this.storage.create(file, sealed(this.bytesOf(this.unkept)));
    this.kept = to;
    this.unkept = [];
  }

  private bytesOf(questions: readonly LoggedQuestion[]): Uint8Array {
    const size = DIGEST_BYTES + this.entryBytes;
    const bytes = new Uint8Array(questions.length * size);
    questions.forEach(({ digest, entry }, i) => {
      bytes.set(Buffer.from(digest, "hex"), i * size);
      bytes.set(entry, i * size + DIGEST_BYTES);
    });
    return bytes;
  }

  /**
   * @throws DamagedFile if `file` is not what was written
   * @throws Error if its contents are not whole questions
   */
  private questionsOf(contents: Uint8Array, file: string): LoggedQuestion[] {
    const bytes = unsealed(contents, file);
    const size = DIGEST_BYTES + this.entryBytes;
    if (bytes.length % size !== 0) throw new Error("the log of questions does not fit the model's rows");
    return Array.from({ length: bytes.length / size }, (_, i) => ({
      digest: Buffer.from(bytes.subarray(i * size, i * size + DIGEST_BYTES)).toString("hex"),
      entry: bytes.slice(i * size + DIGEST_BYTES, (i + 1) * size),
    }));
  }
}

function written(number: number): string {
  return String(number).padStart(DIGITS, "0");
}
