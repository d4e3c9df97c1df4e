import {
  type ArgInput,
  type FlagInput,
  type Input,
  type OutputArgs,
  type OutputFlags,
  type ParserOutput,
  parse
} from '@oclif/core/parser'
import { beforeMark } from './before-mark.ts'
import { jsonLine } from './printing/json-line.ts'
import { writeLines } from './printing/standard-output.ts'

/**
 * A command: what its class says of itself is its page of help, and what its words are checked against. oclif has a Command too, which
 * first looks for plugins, settings and themes in folders: that takes longer than all that a command does.
 */
export abstract class Command {
  static summary: string
  static description: string | undefined
  static examples: readonly { description: string; command: string }[] = []
  /** What the exit codes that matter mean, for the page of help. */
  static exits: Readonly<Record<number, string>> = { 0: 'done' }
  /** Of a command that runs another one: what stands behind `--`, as the page of help shows it. The parser leaves it alone. */
  static afterMark: string | undefined
  static args: ArgInput = {}
  static flags: FlagInput = {}
  static baseFlags: FlagInput = {}

  /** The words that follow its name, and the flags from before it. */
  protected readonly argv: readonly string[]

  constructor(argv: readonly string[]) {
    this.argv = argv
  }

  /** Does it. @returns what --json prints */
  abstract run(): Promise<unknown>

  /** Run it, and print what --json asks for. */
  async perform(): Promise<void> {
    const result = await this.run()
    if (result && this.jsonEnabled()) await writeLines([jsonLine(result)])
  }

  protected jsonEnabled(): boolean {
    return beforeMark(this.argv).includes('--json')
  }

  /** @throws what `usageFault` has words for */
  protected parse<F extends OutputFlags<FlagInput>, B extends OutputFlags<FlagInput>, A extends OutputArgs<ArgInput>>(
    command: Input<F, B, A>
  ): Promise<ParserOutput<F, B, A>> {
    const { args = {} as ArgInput<A>, baseFlags, flags } = command
    const { afterMark } = this.constructor as typeof Command
    return parse([...(afterMark === undefined ? this.argv : beforeMark(this.argv))], {
      args,
      flags: { ...baseFlags, ...flags } as FlagInput<F>
    })
  }
}
