/** Where uploads are asked for: the list of them, and tus 1.0, whose library is loaded with the first. */
import type { Answer, TusAnswers, UploadRequest } from './tus-answers.ts';
import type { UploadStatus } from './upload-status.ts';
import type { Uploads } from './uploads.ts';

export class UploadDesk {
  readonly #uploads: Uploads;
  readonly #atOnce: number;
  #tus: Promise<TusAnswers> | undefined;

  constructor(uploads: Uploads, atOnce: number) {
    this.#uploads = uploads;
    this.#atOnce = atOnce;
  }

  /** Oldest first. */
  list(): Promise<readonly UploadStatus[]> {
    return this.#uploads.list();
  }

  /** Judges a request, and gives what answers it. Throws for what is not taken. */
  async accept(...[request, id, problem]: UploadRequest): Promise<Answer> {
    this.#tus ??= import('./tus-answers.ts').then(
      (tus) => new tus.TusAnswers(this.#uploads, { atOnce: this.#atOnce, problem }),
    );
    return (await this.#tus).accept(request, id);
  }
}
