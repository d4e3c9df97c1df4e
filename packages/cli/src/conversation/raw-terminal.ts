import { constants } from 'node:os'

const pasteOn = '\x1b[?2004h'
const pasteOff = '\x1b[?2004l'
const fatalSignals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const

export interface RawTerminalListener {
  /** The terminal is about to be given back: the last chance to write to it. */
  leaving(): void
  /** It is ours again, after the shell had it. */
  returned(): void
  /** The program was stopped from outside, and goes on: somebody else may have written to the terminal. */
  continued(): void
  /** Somebody wants the program to end, with this number. It ends where it stands when that is wanted once more. */
  ending(exitCode: number): void
}

/** A terminal that hands out every key, and is given back as it was found, however the program ends (`kill -9` excepted). */
export class RawTerminal {
  readonly #input: NodeJS.ReadStream
  readonly #output: NodeJS.WriteStream
  readonly #listener: RawTerminalListener
  readonly #bracketsPaste: boolean
  #raw = false
  #ending = false

  /** @param bracketsPaste  whether the terminal is to mark where a paste begins and ends; else nothing is ever written to it here */
  constructor(
    input: NodeJS.ReadStream,
    output: NodeJS.WriteStream,
    { bracketsPaste }: { bracketsPaste: boolean },
    listener: RawTerminalListener
  ) {
    this.#bracketsPaste = bracketsPaste
    this.#input = input
    this.#output = output
    this.#listener = listener
  }

  open(): void {
    process.on('exit', this.#stop)
    process.on('uncaughtExceptionMonitor', this.#stop)
    process.on('SIGCONT', this.#continued)
    for (const signal of fatalSignals) process.on(signal, this.#end)
    this.#start()
  }

  close(): void {
    this.#stop()
    process.off('exit', this.#stop)
    process.off('uncaughtExceptionMonitor', this.#stop)
    process.off('SIGCONT', this.#continued)
    for (const signal of fatalSignals) process.off(signal, this.#end)
  }

  /** Ctrl-Z. */
  suspend(): void {
    if (process.platform === 'win32') return
    this.#stop()
    // The whole process group, as the terminal itself would: started by npx or sh, we are not alone in it.
    process.kill(0, 'SIGTSTP')
    // By a timer, not by SIGCONT: a group that no shell looks after ignores SIGTSTP, and would stay deaf.
    setTimeout(() => {
      this.#start()
      this.#listener.returned()
    }, 20)
  }

  #start(): void {
    this.#raw = true
    this.#input.setRawMode(true)
    this.#input.resume()
    this.#bracketPaste(pasteOn)
  }

  readonly #stop = (): void => {
    if (!this.#raw) return
    this.#raw = false
    this.#listener.leaving()
    this.#bracketPaste(pasteOff)
    this.#input.setRawMode(false)
    this.#input.pause()
  }

  /** Stopped from outside: the shell has reset the terminal, which Node does not know. */
  readonly #continued = (): void => {
    if (!this.#raw) return
    this.#input.setRawMode(false)
    this.#input.setRawMode(true)
    this.#bracketPaste(pasteOn)
    this.#listener.continued()
  }

  #bracketPaste(bytes: string): void {
    if (this.#bracketsPaste) this.#output.write(bytes)
  }

  readonly #end = (signal: NodeJS.Signals): void => {
    const exitCode = 128 + constants.signals[signal]
    if (this.#ending) process.exit(exitCode)
    this.#ending = true
    this.#listener.ending(exitCode)
  }
}
