/** What a part of a check tells. */
export interface Findings {
  /** Something is not as it must be; one line, as the end of a sentence that begins with what was looked at. */
  fault(detail: string): void
  /** Something that ends by itself. */
  remark(words: string): void
  /** How much has been looked at, from 0 to 1. */
  progress(part: number): void
}
