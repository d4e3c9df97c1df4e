import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'

const run = promisify(execFile)

/** Why there is no tmux; on a machine that checks every change that is an error. */
export function tmuxMissing(): string | undefined {
  try {
    execFileSync('tmux', ['-V'])
    return undefined
  } catch {
    if (process.env.CI === 'true') throw new Error('tmux is needed for these tests, and is not installed')
    console.log('Tests in a terminal are skipped: tmux is not installed.')
    return 'tmux is not installed'
  }
}

/** A terminal multiplexer of this file's own; it ends with the tests. */
export class Tmux {
  readonly #folder = mkdtempSync(join(tmpdir(), 'chat-tmux-'))
  readonly #socket = join(this.#folder, 'socket')

  constructor() {
    afterAll(async () => {
      await this.#tmux('kill-server').catch(() => {})
      rmSync(this.#folder, { recursive: true, force: true })
    })
  }

  /**
   * Open a terminal in which a command runs. When it has ended, `[exit N]` and, if its settings are as they were, `[tty same]` stand below
   * what it wrote; whatever is typed then is shown in `cat -v`'s spelling.
   */
  async open(command: string, env: Record<string, string>, { columns = 80, rows = 40 } = {}): Promise<Terminal> {
    const before = join(this.#folder, `${Math.random()}.stty`)
    const script = `stty -a >${before}; ${command}; echo "[exit $?]"; stty -a | cmp - ${before} && echo "[tty same]"; exec cat -v`
    return this.#pane(['sh', '-c', script], env, columns, rows)
  }

  /** Open a terminal with a shell that can stop and continue what runs in it. */
  openShell(env: Record<string, string>, { prompt = '$ ', columns = 80, rows = 40 } = {}): Promise<Terminal> {
    return this.#pane(['bash', '--norc', '--noprofile'], { ...env, PS1: prompt }, columns, rows)
  }

  async #pane(command: string[], env: Record<string, string>, columns: number, rows: number): Promise<Terminal> {
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    const format = ['-P', '-F', '#{pane_id} #{pane_pid}']
    const size = ['-x', String(columns), '-y', String(rows)]
    const { stdout } = await this.#tmux('-f', '/dev/null', 'new-session', '-d', ...format, ...size, ...variables, ...command)
    const [pane = '', pid = ''] = stdout.trim().split(' ')
    return new Terminal((...args) => this.#tmux(...args), pane, Number(pid), this.#folder)
  }

  /** With an environment of its own: panes inherit that of the first call. */
  #tmux(...args: string[]): Promise<{ stdout: string }> {
    const { PATH = '', HOME = '' } = process.env
    return run('tmux', ['-S', this.#socket, ...args], { env: { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm-256color' } })
  }
}

export class Terminal {
  /** Of what was opened: the script or the shell. */
  readonly pid: number
  readonly #tmux: (...args: string[]) => Promise<{ stdout: string }>
  readonly #pane: string
  readonly #folder: string

  constructor(tmux: (...args: string[]) => Promise<{ stdout: string }>, pane: string, pid: number, folder: string) {
    this.#tmux = tmux
    this.#pane = pane
    this.pid = pid
    this.#folder = folder
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-t', this.#pane, '-l', '--', text)
  }

  /** Such as Enter, BSpace, C-c. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux('send-keys', '-t', this.#pane, ...keys)
  }

  async paste(text: string): Promise<void> {
    const file = join(this.#folder, 'paste')
    writeFileSync(file, text)
    await this.#tmux('load-buffer', file)
    await this.#tmux('paste-buffer', '-p', '-t', this.#pane)
  }

  /** Rows that are not empty, of all that was ever shown. */
  async rows(): Promise<string[]> {
    const { stdout } = await this.#tmux('capture-pane', '-p', '-t', this.#pane, '-S', '-')
    return stdout.split('\n').filter((row) => row !== '')
  }

  /** Rows that are not empty, of those that are on the screen now. */
  async screen(): Promise<string[]> {
    const { stdout } = await this.#tmux('capture-pane', '-p', '-t', this.#pane)
    return stdout.split('\n').filter((row) => row !== '')
  }

  /** What is on the screen now, with the escape sequences of its colours. */
  async coloured(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p', '-e', '-t', this.#pane)).stdout
  }

  /** Close the window, as somebody does who has had enough. */
  async close(): Promise<void> {
    await this.#tmux('kill-pane', '-t', this.#pane)
  }

  /** Write down what is written to it from here on. Gives what it is so far. */
  async record(): Promise<() => string> {
    const file = join(this.#folder, `${Math.random()}.bytes`)
    writeFileSync(file, '')
    await this.#tmux('pipe-pane', '-t', this.#pane, `cat >> ${file}`)
    return () => readFileSync(file, 'utf8')
  }

  /** Give the window another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-t', this.#pane, '-x', String(columns), '-y', String(rows))
  }

  /** Wait until this question is the last row. */
  asks(question: string): Promise<string[]> {
    return this.until((rows) => rows.at(-1)?.trim() === question)
  }

  /** Wait for this question, and type an answer to it. */
  async answer(question: string, text: string): Promise<void> {
    await this.asks(question)
    await this.type(text)
    await this.press('Enter')
  }

  /** Wait until a row, or what all rows are, matches; gives all rows. */
  async until(what: string | RegExp | ((rows: string[]) => boolean)): Promise<string[]> {
    const matches = (rows: string[]) =>
      typeof what === 'function'
        ? what(rows)
        : rows.some((row) => (typeof what === 'string' ? row.includes(what) : what.test(row)))
    for (const endMs = Date.now() + 50_000; ; ) {
      const rows = await this.rows()
      if (matches(rows)) return rows
      if (Date.now() > endMs) throw new Error(`“${what}” never came. The terminal shows:\n${rows.join('\n')}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Process id of what runs in it. */
  async childPid(): Promise<number> {
    const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(this.pid)])
    return Number(stdout.trim().split('\n').at(-1))
  }
}
