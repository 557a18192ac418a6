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
 * Before anything that rests on questions counts, they stand in *packs*, too: `log/pack-m-n` has the questions from
 * number m up to n. Packs are what is flushed to the disk (kept-levels.ts), and what those read who begin later.
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
  /** The number of the last question that certainly stands in a pack. */
  private packed = 0;
  /** The questions since then that were read or added. */
  private unpacked: LoggedQuestion[] = [];

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
      const pack = packedIn(name);
      if (pack === undefined || pack.to <= this.packed) continue;
      const questions = this.questionsOf((await this.storage.read(name))!, name);
      questions.forEach((question, i) => {
        found.set(pack.from + i, question);
      });
      this.packed = pack.to;
    }
    return found;
  }

  /**
   * Adds questions, of which the first has the number `number`. Returns false, and adds nothing, if that number is
   * taken: then what has it is to be read and answered first.
   */
  async add(number: number, questions: readonly LoggedQuestion[]): Promise<boolean> {
    const name = `${this.run}/log/${written(number)}`;
    const areAdded = await this.storage.create(name, sealed(this.bytesOf(questions)), false);
    if (areAdded) this.note(number, questions);
    return areAdded;
  }

  /** Notes questions of a file. */
  private note(number: number, questions: readonly LoggedQuestion[]): void {
    if (number > this.packed) this.unpacked.push(...questions);
  }

  /** Sees to it that all questions read or added so far stand in packs. */
  async pack(): Promise<void> {
    if (this.unpacked.length === 0) return;
    const [from, to] = [this.packed + 1, this.packed + this.unpacked.length];
    // Whoever comes first: the questions are the same.
    await this.storage.create(packOf(this.run, from, to), sealed(this.bytesOf(this.unpacked)), false);
    this.packed = to;
    this.unpacked = [];
  }

  private bytesOf(questions: readonly LoggedQuestion[]): Uint8Array {
    const size = DIGEST_BYTES + this.entryBytes;
    const bytes = new Uint8Array(COUNT_BYTES + questions.length * size);
    new DataView(bytes.buffer).setUint32(0, questions.length);
    questions.forEach(({ digest, entry }, i) => {
      const at = COUNT_BYTES + i * size;
      bytes.set(Buffer.from(digest, "hex"), at);
      bytes.set(entry, at + DIGEST_BYTES);
    });
    return bytes;
  }

  /**
   * @throws DamagedFile if `file` is not what was written
   * @throws Error if its questions do not fit the model
   */
  private questionsOf(contents: Uint8Array, file: string): LoggedQuestion[] {
    const questions = questionsIn(contents, file);
    if (questions.some(({ entry }) => entry.length !== this.entryBytes))
      throw new Error("the log of questions does not fit the model's rows");
    return questions;
  }
}

/** How many bytes of a file's contents say how many questions it has. */
const COUNT_BYTES = 4;

/** Returns the questions of a file. @throws DamagedFile if it is not what was written */
function questionsIn(contents: Uint8Array, file: string): LoggedQuestion[] {
  const bytes = unsealed(contents, file);
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const size = (bytes.length - COUNT_BYTES) / count;
  return Array.from({ length: count }, (_, i) => {
    const at = COUNT_BYTES + i * size;
    return {
      digest: Buffer.from(bytes.subarray(at, at + DIGEST_BYTES)).toString("hex"),
      entry: bytes.slice(at + DIGEST_BYTES, at + size),
    };
  });
}

const NAME = /\/log\/(?:pack-)?(\d+)(?:-(\d+))?$/;

/** A file of the log: the number of its first question, and the digests that stand with all of them. */
export interface LogFile {
  readonly name: string;
  readonly from: number;
  readonly digests: readonly string[];
}

/** Returns the file of that name. @throws DamagedFile if it is not what was written */
export async function readLogFile(storage: Storage, name: string): Promise<LogFile> {
  const from = Number(NAME.exec(name)![1]);
  const questions = questionsIn((await storage.read(name))!, name);
  return { name, from, digests: questions.map(({ digest }) => digest) };
}

/** Returns which questions a pack is named after: the numbers of the first and the last; undefined for other files. */
export function packedIn(name: string): { readonly from: number; readonly to: number } | undefined {
  const [, from, to] = NAME.exec(name) ?? [];
  return to === undefined ? undefined : { from: Number(from), to: Number(to) };
}

function packOf(run: string, from: number, to: number): string {
  return `${run}/log/pack-${written(from)}-${written(to)}`;
}

function written(number: number): string {
  return String(number).padStart(DIGITS, "0");
}
