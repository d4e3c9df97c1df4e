import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** The address of a socket has room for 107 bytes on Linux, for 103 on macOS. */
const pathBytesMax = 103
/** Of its name in the folder of the database, so that a short way to that folder is enough. */
const nameBytesMax = 60

/** Where a server listens that has this database, named by its real path. */
export function socketFile(db: string): string {
  const name = `${basename(db)}.socket`
  const short = `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.socket`
  return join(dirname(db), Buffer.byteLength(name) > nameBytesMax ? short : name)
}

/** There is no way to the socket; the message is one line that says what to do. */
export class NoWayToSocket extends Error {}

/**
 * Use the path of a socket, however deep it lies: where its path is too long, a link leads to its folder in the meantime.
 * @throws NoWayToSocket
 */
export async function byShortPath<T>(file: string, use: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(file) <= pathBytesMax) return use(file)
  const folder = temporaryFolder(file)
  try {
    symlinkSync(dirname(file), join(folder, 'd'))
    return await use(join(folder, 'd', basename(file)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function temporaryFolder(file: string): string {
  const place = tmpdir()
  try {
    return mkdtempSync(join(place, 'tertulia-'))
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = `${file} is too long for the address of a socket, and no link to it can be made in ${place} (${code ?? message}).`
    throw new NoWayToSocket(`${why} Set TMPDIR to a folder that can be written.`, { cause })
  }
}
