/**
 * Links that let anybody read one object for a while, straight from where it lies. Serving hands them to big readers,
 * so that bytes do not go through our processes. It never makes one that writes, or one without an end.
 */

export interface ReadLink {
  readonly url: string;
  readonly expiresAtMs: number;
}

export interface ObjectLinks {
  /**
   * A link to that generation of the object and no other; nobody looks whether it is there. Whoever has it may ask for
   * any range. `refused` where the credentials may not sign, `unavailable` where whoever signs is away.
   */
  readUrl(name: string, options: { readonly generation: string; readonly seconds: number }): Promise<ReadLink>;
}
