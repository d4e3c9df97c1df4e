import { clusterAt } from '../printing/width.ts'

interface State {
  text: string
  cursor: number
}

/** More steps back than anybody takes. */
const undoMax = 200

/**
 * The text that is being typed, and where the cursor stands in it. Whoever moves or erases meets what a reader takes for one character: a
 * letter with its accents, a whole family of emoji. Newlines are characters like others.
 */
export class Draft {
  #text = ''
  /** In UTF-16 units. While an emoji of several characters is on its way this may lie within what its first ones make of the next. */
  #at = 0
  /** What was erased last in one go, to be put back elsewhere. */
  #killed = ''
  #before: State[] = []
  /** Letters that follow each other are undone together. */
  #isTyping = false

  get text(): string {
    return this.#text
  }

  /** In UTF-16 units. */
  get cursor(): number {
    return this.#boundary(this.#at)
  }

  get isEmpty(): boolean {
    return this.#text === ''
  }

  /** Another text, with the cursor behind it. What stood here before comes back with {@link undo}. */
  set(text: string): void {
    this.#change(text, text.length)
  }

  /** Forget the text, and what it was before. */
  take(): string {
    const text = this.#text
    this.#text = ''
    this.#at = 0
    this.#before = []
    this.#isTyping = false
    return text
  }

  insert(text: string): void {
    if (!this.#isTyping || /\s/.test(text)) this.#remember()
    this.#isTyping = true
    this.#text = this.#text.slice(0, this.#at) + text + this.#text.slice(this.#at)
    this.#at += text.length
  }

  left(): void {
    this.#move(this.#previous(this.cursor))
  }

  right(): void {
    this.#move(this.#next(this.cursor))
  }

  wordLeft(): void {
    this.#move(this.#wordStart())
  }

  wordRight(): void {
    this.#move(this.#wordEnd())
  }

  /** To the beginning of all. */
  home(): void {
    this.#move(0)
  }

  /** Behind all. */
  end(): void {
    this.#move(this.#text.length)
  }

  moveTo(cursor: number): void {
    this.#move(Math.min(Math.max(0, cursor), this.#text.length))
  }

  /** The character before the cursor. */
  erase(): void {
    this.#remove(this.#previous(this.cursor), this.cursor)
  }

  /** The character under the cursor. */
  delete(): void {
    this.#remove(this.cursor, this.#next(this.cursor))
  }

  /** Back to the last space. */
  eraseWord(): void {
    const kept = /\S+\s*$/.exec(this.#text.slice(0, this.cursor))?.index ?? 0
    this.#kill(kept, this.cursor)
  }

  deleteWord(): void {
    this.#kill(this.cursor, this.#wordEnd())
  }

  eraseToStart(): void {
    this.#kill(0, this.cursor)
  }

  eraseToEnd(): void {
    this.#kill(this.cursor, this.#text.length)
  }

  /** Put back what was erased last in one go. */
  yank(): void {
    if (this.#killed === '') return
    this.#isTyping = false
    this.insert(this.#killed)
    this.#isTyping = false
  }

  undo(): void {
    const state = this.#before.pop()
    if (!state) return
    this.#text = state.text
    this.#at = state.cursor
    this.#isTyping = false
  }

  #previous(at: number): number {
    return at === 0 ? 0 : (clusterAt(this.#text, at - 1)?.index ?? 0)
  }

  #next(at: number): number {
    const cluster = clusterAt(this.#text, at)
    return cluster ? cluster.index + cluster.segment.length : at
  }

  /** The end of the character within which this place lies: an accent may have joined the letter before it. */
  #boundary(at: number): number {
    const cluster = clusterAt(this.#text, at)
    return cluster === undefined || cluster.index === at ? at : cluster.index + cluster.segment.length
  }

  #wordStart(): number {
    return /[\p{L}\p{M}\p{N}_]+[^\p{L}\p{M}\p{N}_]*$/u.exec(this.#text.slice(0, this.cursor))?.index ?? 0
  }

  #wordEnd(): number {
    const word = /^[^\p{L}\p{M}\p{N}_]*[\p{L}\p{M}\p{N}_]*/u.exec(this.#text.slice(this.cursor))?.[0] ?? ''
    return this.cursor + word.length
  }

  #move(cursor: number): void {
    this.#at = cursor
    this.#isTyping = false
  }

  #kill(from: number, to: number): void {
    if (from === to) return
    this.#killed = this.#text.slice(from, to)
    this.#remove(from, to)
  }

  #remove(from: number, to: number): void {
    if (from === to) return
    this.#change(this.#text.slice(0, from) + this.#text.slice(to), from)
  }

  #change(text: string, cursor: number): void {
    this.#remember()
    this.#isTyping = false
    this.#text = text
    this.#at = cursor
  }

  #remember(): void {
    this.#before.push({ text: this.#text, cursor: this.cursor })
    if (this.#before.length > undoMax) this.#before.shift()
  }
}
