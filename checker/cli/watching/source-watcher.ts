/**
 * Tells when the files of models may have changed. Editors replace files instead of writing to them, so it is their
 * folders that are watched; whether a model has changed is for who reads the files to say.
 */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** The files of which an edit can change a model. */
const SOURCE = /\.[cm]?[jt]sx?$|^tsconfig.*\.json$/;

/** How long nothing must change before a change counts as whole, in milliseconds: an editor may save several files. */
const QUIET = 100;

/** A watch over the folders of files. Close it at the end. */
export class SourceWatcher {
  private readonly folders = new Map<string, FSWatcher>();
  private edit = new AbortController();

  /** Is aborted at the first change since the watcher was made, or `settled` resolved. */
  get edited(): AbortSignal {
    return this.edit.signal;
  }

  /** Watches the folders of these files, too. @param files absolute paths; a folder that there is not is left out */
  watch(files: Iterable<string>): void {
    for (const folder of new Set([...files].map((file) => dirname(file)))) {
      if (this.folders.has(folder)) continue;
      try {
        const watcher = watch(folder, (_event, name) => {
          if (name === null || SOURCE.test(basename(name))) this.changed();
        });
        watcher.on("error", () => this.folders.delete(folder));
        this.folders.set(folder, watcher);
      } catch {
        // It may come to be later: then another edit has it watched.
      }
    }
  }

  private changed(): void {
    this.edit.abort("a file was edited");
  }

  /** Resolves when a change has come, and no other follows it at once; or when `signal` aborts. */
  async settled(signal: AbortSignal): Promise<void> {
    await aborted(this.edited, signal);
    while (this.edited.aborted && !signal.aborted) {
      this.edit = new AbortController();
      await aborted(this.edited, signal, AbortSignal.timeout(QUIET));
    }
  }

  close(): void {
    for (const watcher of this.folders.values()) watcher.close();
    this.folders.clear();
  }
}

/** Resolves when one of the signals is aborted. */
function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const signal of signals) signal.removeEventListener("abort", done);
      resolve();
    };
    for (const signal of signals) signal.addEventListener("abort", done);
    if (signals.some((signal) => signal.aborted)) done();
  });
}
