/**
 * Read one line of a terminal. What was typed or pasted after it stays for whoever reads next; `node:readline` would drop it.
 * @returns the bytes without the newline; undefined when the terminal has ended before one
 */
export function terminalLine(input: NodeJS.ReadableStream): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let line = Buffer.alloc(0)
    const end = (result: Buffer | undefined) => {
      input.off('readable', read).off('end', close).off('error', reject)
      input.pause()
      resolve(result)
    }
    const close = () => end(undefined)
    const read = () => {
      for (let bytes = input.read() as Buffer | null; bytes !== null; bytes = input.read() as Buffer | null) {
        line = Buffer.concat([line, bytes])
        const length = line.indexOf(newline)
        if (length === -1) continue
        const rest = line.subarray(length + 1)
        end(line.subarray(0, length))
        if (rest.length > 0) input.unshift(rest)
        return
      }
    }
    input.on('readable', read).on('end', close).on('error', reject)
  })
}

const newline = 0x0a
