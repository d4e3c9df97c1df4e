/** Hears what is done now, so that somebody can be told how far it has come. */
export interface Watch {
  /** This file is about to be made, and is of no use if nothing comes of it. */
  writes(part: string): void
  begins(step: string, part?: number): void
  /** This file will have about so many bytes in the end. */
  grows(step: string, file: string, bytes: number): void
}
