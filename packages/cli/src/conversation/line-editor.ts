import { textCharsMax } from '@tertulia/protocol/limits'
import { Draft } from './draft.ts'
import type { Edit, Stroke } from './keyboard.ts'
import { placeInRow, type Typed } from './painter.ts'
import type { Screen } from './screen.ts'

export interface LineListener {
  /** A text was entered, never a blank one. */
  line(text: string): void
  /** Enter, where nothing was typed. */
  emptyLine(): void
  /** Ctrl-D; a signal also says with which number to end, and a terminal that has gone does as a hang-up. */
  leave(exitCode?: number): void
  /** Ctrl-C, where there is no draft to be dropped. */
  interrupt(): void
  /** Ctrl-C has dropped the draft. */
  dropped(): void
  /** Up and Down. true: something was done; else the cursor moves among the rows of the draft. */
  older(): boolean
  newer(): boolean
  /** Esc. */
  escape(): void
  /** Tab. */
  complete(): void
  /** No key has been pressed for a while. */
  quiet(): void
}

/** Where a line is typed. */
export interface LineSurroundings {
  plain: boolean
  columns(): number
  /** Say something about the text that is being typed. */
  remark(sentence: string): void
  /** Ctrl-Z. */
  suspend(): void
}

/** Longer than a message can be, so that a text can be typed and shortened; a terminal may send more without end. */
const draftCharsMax = 3 * textCharsMax

/** Whoever has pressed no key for so long is not in the middle of a word. */
const quietAfterMs = 700

const edits: Record<Edit, (draft: Draft) => void> = {
  erase: (draft) => draft.erase(),
  'erase-word': (draft) => draft.eraseWord(),
  'erase-to-start': (draft) => draft.eraseToStart(),
  'erase-to-end': (draft) => draft.eraseToEnd(),
  delete: (draft) => draft.delete(),
  'delete-word': (draft) => draft.deleteWord(),
  left: (draft) => draft.left(),
  right: (draft) => draft.right(),
  'word-left': (draft) => draft.wordLeft(),
  'word-right': (draft) => draft.wordRight(),
  home: (draft) => draft.home(),
  end: (draft) => draft.end(),
  yank: (draft) => draft.yank(),
  undo: (draft) => draft.undo()
}
/** Where the cursor cannot be seen anywhere but at the end it stays there. */
const plainEdits: readonly string[] = ['erase', 'erase-word', 'erase-to-start', 'yank', 'undo']

/** The line that is being typed, behind its prompt: what each key does with it, and whom it concerns when it is not the line's own. */
export class LineEditor {
  readonly #screen: Screen
  readonly #surroundings: LineSurroundings
  readonly #draft = new Draft()
  #label = ''
  #takesLines = true
  #pressed: NodeJS.Timeout | undefined
  #remarked: string | undefined

  constructor(screen: Screen, surroundings: LineSurroundings) {
    this.#screen = screen
    this.#surroundings = surroundings
  }

  /** What stands before the text that is being typed: where it goes, and how that place is. */
  set prompt(label: string) {
    this.#label = label
    this.show()
  }

  get draft(): string {
    return this.#draft.text
  }

  /** Another text to be typed on. */
  set draft(text: string) {
    this.#draft.set(text)
    this.show()
  }

  /** Nobody is typing just now. */
  get isQuiet(): boolean {
    return this.#pressed === undefined
  }

  get beforeCursor(): string {
    return this.#draft.text.slice(0, this.#draft.cursor)
  }

  /** Put something in the place of what stands directly before the cursor, and is as long as that. */
  replaceBefore(length: number, by: string): void {
    const { text, cursor } = this.#draft
    const kept = text.slice(0, cursor - length) + by
    this.#draft.set(kept + text.slice(cursor))
    this.#draft.moveTo(kept.length)
    this.show()
  }

  /** From here on only Ctrl-C does something. */
  takeNoLines(): void {
    this.#takesLines = false
  }

  show(): void {
    this.#screen.show(this.#typed)
  }

  stroke(stroke: Stroke, listener: LineListener): void {
    this.#isPressed(listener)
    if (!this.#takesLines) {
      if (stroke.type === 'interrupt') listener.interrupt()
      return
    }
    const { plain, suspend } = this.#surroundings
    switch (stroke.type) {
      case 'text':
        if (this.#hasRoom(stroke.text)) this.#draft.insert(stroke.text)
        break
      case 'paste':
        this.#paste(stroke.text)
        break
      case 'unreadable':
        this.#remarkOnce('the terminal sent bytes that are not UTF-8; they were left out. Set its encoding to UTF-8')
        break
      case 'enter':
        this.#enter(listener)
        return
      case 'interrupt':
        if (this.#draft.isEmpty) {
          listener.interrupt()
          return
        }
        this.#draft.set('')
        this.show()
        listener.dropped()
        return
      case 'end-or-delete':
        if (this.#draft.isEmpty) {
          listener.leave()
          return
        }
        if (!plain) this.#draft.delete()
        break
      case 'suspend':
        suspend()
        return
      case 'clear':
        this.#screen.clear()
        return
      case 'up':
        if (!listener.older()) this.#moveRow(-1)
        break
      case 'down':
        if (!listener.newer()) this.#moveRow(1)
        break
      case 'escape':
        listener.escape()
        return
      case 'tab':
        listener.complete()
        return
      default:
        if (!plain || plainEdits.includes(stroke.type)) edits[stroke.type](this.#draft)
    }
    this.show()
  }

  /** No more keys will come. */
  close(): void {
    clearTimeout(this.#pressed)
  }

  get #typed(): Typed {
    const { text, cursor } = this.#draft
    const lines = text.split('\n').length
    return { prompt: `${this.#label}${lines > 1 ? ` [${lines} lines]` : ''}> `, text, cursor }
  }

  #isPressed({ quiet }: LineListener): void {
    if (this.#pressed) {
      this.#pressed.refresh()
      return
    }
    this.#pressed = setTimeout(() => {
      this.#pressed = undefined
      this.#remarked = undefined
      quiet()
    }, quietAfterMs).unref()
  }

  #enter({ line, emptyLine }: LineListener): void {
    const { text } = this.#draft
    if (this.#isTooLong(text, 'this text')) return
    this.#draft.take()
    this.#screen.entered()
    if (text.trim() === '') emptyLine()
    else line(text)
    this.show()
  }

  /** Newlines at its end come with what was copied; nobody means to send them. */
  #paste(pasted: string): void {
    let { length } = pasted
    while (pasted[length - 1] === '\n') length--
    const text = pasted.slice(0, length)
    if (this.#isTooLong(text, 'what you pasted') || !this.#hasRoom(text)) return
    const lines = text.split('\n').length
    if (lines > 1) this.#surroundings.remark(`${lines} lines pasted: Enter sends them as one message, Ctrl-C drops them`)
    this.#draft.insert(text)
  }

  #hasRoom(text: string): boolean {
    if (this.#draft.text.length + text.length <= draftCharsMax) return true
    this.#remarkOnce(`a message can have at most ${textCharsMax} characters; what you typed last was left out`)
    return false
  }

  /** Once in a row, however often there is a reason. */
  #remarkOnce(sentence: string): void {
    if (this.#remarked !== sentence) this.#surroundings.remark(sentence)
    this.#remarked = sentence
  }

  #isTooLong(text: string, what: string): boolean {
    const characters = [...text].length
    if (characters <= textCharsMax) return false
    this.#surroundings.remark(`${what} has ${characters} characters; a message can have at most ${textCharsMax}`)
    return true
  }

  #moveRow(step: -1 | 1): void {
    const { plain, columns } = this.#surroundings
    if (plain) return
    const place = placeInRow(this.#typed, columns(), step)
    if (place !== undefined) this.#draft.moveTo(place)
  }
}
