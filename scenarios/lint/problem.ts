/** Something that is wrong with the catalogue or the docs that belong to it. */
export interface Problem {
  /** Relative to the repository's root. */
  readonly file: string;
  /** What was expected and what came, as a sentence. */
  readonly message: string;
}
