import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Terminal, Tmux } from './tmux.ts'

/** A command of a document, on which machine it was typed, and the rows that stood below it. */
export interface Step {
  machine: string
  command: string
  rows: string[]
}

/** The commands in the blocks of a document that show a terminal: lines such as `ana$ chat whoami`, with what was printed below. */
export function stepsOf(document: string): Step[] {
  const steps: Step[] = []
  for (const [, block = ''] of document.matchAll(/^```console\n(.*?)^```$/gms)) {
    for (const row of block.split('\n').filter((line) => line !== '')) {
      const [, machine, command] = /^([a-z-]+)\$ (.+)$/.exec(row) ?? []
      if (machine !== undefined && command !== undefined) steps.push({ machine, command, rows: [] })
      else steps.at(-1)?.rows.push(row)
    }
  }
  return steps
}

/** What differs from one session to the next. */
const changing = new RegExp(
  [
    String.raw`tt_[\w-]+`,
    String.raw`\b[0-9A-Z]{26}\b`,
    String.raw`\b(?:[0-9A-Z]{4}-){6}[0-9A-Z]{2}\b`,
    String.raw`\d{4}-\d\d-\d\d`,
    String.raw`\b\d\d:\d\d\b`,
    String.raw`[A-Z][a-z]+day \d+ [A-Z][a-z]+ \d{4}`,
    // Whoever has just left may still be shown.
    '(?<=Here: ).*(?= --)',
    String.raw`(?<=Tertulia )\d+\.\d+\.\d+`,
    String.raw`(?<=127\.0\.0\.1:)\d+`
  ].join('|'),
  'g'
)

export const withoutChanging = (row: string): string => row.trimEnd().replace(changing, '…')

/** Plays the commands of a document, each in the shell of its machine, and answers what it is asked. */
export class Player {
  readonly #tmux: Tmux
  readonly #path: string
  readonly #machines = new Map<string, Terminal>()
  /** What stands in the place of a code or a token of the document. */
  readonly #replaced: Map<string, string>
  readonly #passwords: string[]
  #password = ''

  /** @param passwords  as they are set, one after the other */
  constructor(tmux: Tmux, port: { written: number; real: number }, passwords: readonly string[]) {
    this.#tmux = tmux
    this.#path = `${fileURLToPath(new URL('../../../../node_modules/.bin', import.meta.url))}:${process.env.PATH}`
    this.#replaced = new Map([[String(port.written), String(port.real)]])
    this.#passwords = [...passwords]
  }

  /** @returns the rows that a command printed */
  async play({ machine, command, rows: written }: Step): Promise<string[]> {
    const terminal = this.#machines.get(machine) ?? (await this.#open(machine))
    const typed = [...this.#replaced].reduce((text, [from, to]) => text.replaceAll(from, to), command)
    const before = (await terminal.rows()).length
    await terminal.type(typed)
    await terminal.press('Enter')
    const printed = await this.#printed(terminal, machine, before)
    for (const [at, row] of written.entries()) {
      const values = printed[at]?.match(changing) ?? []
      for (const [n, value] of (row.match(changing) ?? []).entries()) {
        if (/^(?:tt_|[0-9A-Z-]{26})/.test(value)) this.#replaced.set(value, values[n] ?? value)
      }
    }
    return printed
  }

  /** Until the shell asks for the next command, or a server is up. */
  async #printed(terminal: Terminal, machine: string, before: number): Promise<string[]> {
    for (let answered = before; ; ) {
      const isDone = (rows: string[]) => rows.length > before && rows.at(-1) === `${machine}$`
      const asks = (rows: string[]) => rows.length > answered && isWaiting(rows.slice(before))
      const rows = await terminal.until((now) => isDone(now) || asks(now))
      const last = rows.at(-1) ?? ''
      if (isDone(rows)) return rows.slice(before, -1)
      if (last.startsWith('Ctrl-C stops')) return rows.slice(before)
      answered = rows.length
      if (isConversation.test(last)) await terminal.press('C-d')
      else await this.#answer(terminal, last)
    }
  }

  async #answer(terminal: Terminal, question: string): Promise<void> {
    if (question.startsWith('New password')) this.#password = this.#passwords.shift() ?? ''
    await terminal.type(this.#password)
    await terminal.press('Enter')
  }

  async #open(machine: string): Promise<Terminal> {
    const home = mkdtempSync(join(tmpdir(), `chat-${machine}-`))
    onTestFinished(() => rmSync(home, { recursive: true, force: true }))
    const env = { PATH: this.#path, HOME: home, TZ: 'UTC', LANG: 'C.UTF-8' }
    const terminal = await this.#tmux.openShell(env, { prompt: `${machine}$ `, columns: 100, rows: 60 })
    this.#machines.set(machine, terminal)
    await terminal.asks(`${machine}$`)
    return terminal
  }
}

const isConversation = /^[a-z]+>$/
const isQuestion = /^(?:Ctrl-C stops the server\.|(?:New password|Again|Current password|Password of \w+):)$/

/** A conversation waits for words when it has shown what there is. */
const isWaiting = (rows: string[]): boolean => {
  const last = rows.at(-1) ?? ''
  return isQuestion.test(last) || (isConversation.test(last) && rows.some((row) => row.startsWith('-- up to date')))
}
