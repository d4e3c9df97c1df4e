/** A flag was given a value that it does not take. The parser of the command line puts words of its own around the message. */
export class FlagValueError extends Error {
  override readonly name = 'FlagValueError'
  /** What is wrong, as a whole sentence. */
  readonly sentence: string

  constructor(sentence: string) {
    super(sentence)
    this.sentence = sentence
  }
}
