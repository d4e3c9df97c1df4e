const answersMax = 10_000

/** What was asked once, so that it need not be asked again. */
export class Answers<K, V> {
  readonly #answers = new Map<K, V>()

  to(question: K, ask: () => V): V {
    const known = this.#answers.get(question)
    if (known !== undefined || this.#answers.has(question)) return known as V
    const answer = ask()
    if (this.#answers.size >= answersMax) this.#answers.clear()
    this.#answers.set(question, answer)
    return answer
  }

  clear(): void {
    this.#answers.clear()
  }
}
