import type { Editing } from './editing.ts'
import { failureWords } from './failure-words.ts'
import type { LineTerminal } from './line-terminal.ts'
import type { Moving } from './moving.ts'
import type { Questions } from './questions.ts'
import type { Revising } from './revising.ts'
import type { Sending } from './sending.ts'
import { type Entered, readEntered, slashHelp } from './slash-commands.ts'

/** Who does what a line asks for. */
export interface EnteredLinesParts {
  terminal: LineTerminal
  editing: Editing
  moving: Moving
  questions: Questions
  revising: Revising
  sending: Sending
}

/** Does what each entered line asks for: it is a new text for a message, a text to be sent, or a command. */
export class EnteredLines {
  readonly #parts: EnteredLinesParts
  readonly #plain: boolean
  readonly #leave: () => void
  readonly #end: AbortSignal

  /**
   * @param leave  `/quit`
   * @param end  nobody waits for an answer any more
   */
  constructor(parts: EnteredLinesParts, { plain }: { plain: boolean }, leave: () => void, end: AbortSignal) {
    this.#parts = parts
    this.#plain = plain
    this.#leave = leave
    this.#end = end
  }

  enter(line: string): void {
    const { editing, moving, revising } = this.#parts
    const { message } = editing
    if (message) revising.edited(message, line)
    else if (moving.joining) void this.#doLater(line, moving.joining.room)
    else this.#do(readEntered(line))
    editing.offer()
  }

  /** What is entered while another room is being joined is meant for that one, and for no other. */
  async #doLater(line: string, room: string): Promise<void> {
    const { editing, moving, terminal } = this.#parts
    let isThere = true
    while (moving.joining) isThere = await moving.joining.done
    const entered = readEntered(line)
    if (!isThere && entered.type === 'send') editing.giveBack({ room, text: entered.text })
    else if (!isThere && (entered.type === 'edit' || entered.type === 'delete'))
      terminal.notice(`not done, for it was meant for ${room}: ${line}`)
    else this.#do(entered)
  }

  #do(entered: Entered): void {
    const { terminal, moving, questions, revising, sending } = this.#parts
    const { room, presence, transcript } = moving.stay
    switch (entered.type) {
      case 'send':
        sending.send(entered.text)
        break
      case 'quit':
        this.#leave()
        break
      case 'help':
        terminal.print(slashHelp(terminal.columns, this.#plain))
        break
      case 'wrong':
        terminal.notice(entered.sentence)
        break
      case 'who':
        void this.#answer('tell who is here', async () => {
          // A connection that broke without a word is known to be gone only after a while.
          terminal.notice(`${await presence.sentence()}. Whoever lost the network may be listed a little longer`)
        })
        break
      case 'rooms':
        void this.#answer('list the rooms', () => questions.rooms())
        break
      case 'join':
        moving.join(entered.room)
        break
      case 'history':
        void this.#answer('show older messages', () => questions.older(room, transcript, entered.count))
        break
      case 'search':
        void this.#answer('search', () => questions.search(entered.words))
        break
      case 'edit':
        revising.edit(entered.id, entered.text)
        break
      case 'delete':
        revising.delete(entered.id)
        break
    }
  }

  /** Do what asks the server for something, or say why it cannot be done. */
  async #answer(what: string, ask: () => Promise<void>): Promise<void> {
    const { terminal, moving } = this.#parts
    const { stay } = moving
    try {
      await ask()
    } catch (error) {
      if (!this.#end.aborted && !stay.isOver) terminal.notice(`cannot ${what}: ${failureWords(error)}`)
    }
  }
}
