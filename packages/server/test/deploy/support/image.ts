/** What a Dockerfile says of the image that comes out of it, which is its last stage. */
export class Image {
  readonly env: Record<string, string>
  /** Paths in the repository. */
  readonly copied: string[]
  /** The program, as a path in the repository. */
  readonly program: string
  readonly command: string[]
  readonly healthCheck: string[]

  constructor(dockerfile: string) {
    const stages = dockerfile.replaceAll(/\\\n\s*/g, '').split(/^FROM .*$/m)
    const lines = (stages.at(-1) as string).split('\n')
    const after = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
    const list = (word: string) => JSON.parse(/\[.*\]$/.exec(after(word)[0] ?? '[]')?.[0] ?? '[]') as string[]
    this.env = Object.fromEntries(after('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=', 2))))
    this.copied = after('COPY').map((line) => /\/tertulia\/(\S+) \/tertulia\/\1$/.exec(line)?.[1] ?? `not understood: ${line}`)
    const [entry] = list('ENTRYPOINT')
    this.program = new RegExp(`ln -s /tertulia/(\\S+) /usr/local/bin/${entry}(?: |$)`, 'm').exec(dockerfile)?.[1] ?? 'nothing'
    this.command = list('CMD')
    this.healthCheck = list('HEALTHCHECK')
  }
}
