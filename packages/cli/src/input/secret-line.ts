/**
 * Read one line of a terminal that shows nothing of it: a password. Backspace and Ctrl-U correct it, Ctrl-C ends the program as it
 * always does. What was typed after it stays for whoever reads next.
 * @param ask  writes the question, once nothing is shown any more
 * @returns the bytes without the newline; undefined when the terminal has ended, or by Ctrl-D on an empty line
 */
export function secretLine(input: NodeJS.ReadStream, ask: () => void): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const line: number[] = []
    const end = (result: Buffer | undefined, rest?: Buffer) => {
      input.off('readable', read).off('end', close).off('error', fail)
      input.setRawMode(false)
      input.pause()
      if (rest && rest.length > 0) input.unshift(rest)
      resolve(result)
    }
    const close = () => end(undefined)
    const fail = (error: Error) => {
      input.setRawMode(false)
      reject(error)
    }
    const read = () => {
      for (let bytes = input.read() as Buffer | null; bytes !== null; bytes = input.read() as Buffer | null) {
        for (const [at, byte] of bytes.entries()) {
          if (byte === key.enter || byte === key.newline) return end(Buffer.from(line), bytes.subarray(at + 1))
          if (byte === key.end && line.length === 0) return end(undefined, bytes.subarray(at + 1))
          if (byte === key.interrupt) {
            input.setRawMode(false)
            process.kill(process.pid, 'SIGINT')
          } else if (byte === key.backspace || byte === key.delete) eraseCharacter(line)
          else if (byte === key.clear) line.length = 0
          else if (byte >= space) line.push(byte)
        }
      }
    }
    input.setRawMode(true)
    ask()
    input.on('readable', read).on('end', close).on('error', fail)
  })
}

const key = { interrupt: 0x03, end: 0x04, backspace: 0x08, newline: 0x0a, enter: 0x0d, clear: 0x15, delete: 0x7f } as const
const space = 0x20

/** The bytes of UTF-8 that go on a character begin with the bits 10. */
function eraseCharacter(line: number[]): void {
  while (((line.pop() ?? 0) & 0xc0) === 0x80);
}
