import { isInDoubt, ProblemError } from '@tertulia/client'
import type { Message } from '@tertulia/protocol'
import { deleteLine, editLine } from '../printing/command-lines.ts'
import { Changes } from './changes.ts'
import type { Editing } from './editing.ts'
import { failureWords } from './failure-words.ts'
import type { LineTerminal } from './line-terminal.ts'
import type { OwnMessage } from './own-messages.ts'
import type { Place } from './place.ts'
import { quoted } from './quoted.ts'
import type { Stay } from './stay.ts'

interface Edit {
  id: number
  /** As we know the message. */
  rev: number | undefined
  text: string
}

/** Edits and deletes messages of the room, and says what was not done. */
export class Revising {
  readonly changes: Changes
  readonly #place: Place
  readonly #terminal: LineTerminal
  readonly #editing: Editing
  readonly #stay: () => Stay

  constructor(place: Place, { terminal, editing, stay }: { terminal: LineTerminal; editing: Editing; stay: () => Stay }) {
    this.#place = place
    this.#terminal = terminal
    this.#editing = editing
    this.#stay = stay
    this.changes = new Changes((what, error) => terminal.notice(`${what}: ${failureWords(error)}`))
  }

  /** `/edit`. Without a text: let it be typed. */
  edit(id: number, text: string | undefined): void {
    const known = this.#stay().transcript.own.get(id)
    if (text !== undefined) this.#edit({ id, rev: known?.rev, text })
    else if (known) this.#editing.start(known)
    else this.#terminal.notice(`type the new text as well, as in /edit ${id} hello`)
  }

  /** The message that was being edited has got this text. */
  edited({ id, rev, text: was }: OwnMessage, text: string): void {
    this.#editing.stop()
    if (text !== was) this.#edit({ id, rev, text })
  }

  delete(id: number): void {
    const { client, flags } = this.#place
    const { room } = this.#stay()
    this.changes.begin('deleted', deleteLine(id, flags(room)), (signal) => client.messages.delete(room, id, { signal }))
  }

  /** Replace a message, unless it has changed since it was as we know it. */
  #edit(edit: Edit): void {
    const { client, flags } = this.#place
    const stay = this.#stay()
    const { room, epoch } = stay
    const { id, rev, text } = edit
    const ifMatch = epoch === undefined || rev === undefined ? undefined : `"${epoch}.${rev}"`
    this.changes.begin(
      'edited',
      editLine(id, text, flags(room)),
      (signal) => client.messages.edit(room, id, { text }, { ifMatch, signal }),
      (error) => this.#notEdited(stay, edit, error)
    )
  }

  /** @returns whether everything is told */
  #notEdited(stay: Stay, { id, text }: Edit, error: unknown): boolean {
    const isStale = error instanceof ProblemError && error.code === 'stale'
    const current = isStale ? (error.problem.current as Message | undefined) : undefined
    // It had been done, and only the answer was lost.
    if (current?.text === text) return true
    const { room } = stay
    if (stay.isOver) {
      this.#terminal.notice(
        `${isInDoubt(error) ? 'may or may not have been' : 'not'} edited in ${room}: ${failureWords(error)}. Edit it with`
      )
      this.#terminal.print(editLine(id, text, this.#place.flags(room)).split('\n'))
      return true
    }
    if (current) {
      this.#terminal.notice(`not edited: ${id} has been changed in the meantime [412 stale]. It says now:`)
      stay.transcript.again(current)
      this.#terminal.notice(`yours is: ${quoted(text)}. Enter sends it all the same, Esc drops it`)
    }
    this.#editing.giveBack({ room, text, id })
    return current !== undefined
  }
}
