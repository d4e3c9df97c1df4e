import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('../../bin/chat-server.js', import.meta.url))
const mountable = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
if (!mountable) console.log('no-place: skipped, this user may not mount a file system of its own')

/** Start a server on a small disk of its own: how it ends, what it says, and what lies on the disk then. */
function startOn(mount: string, prepare = ':') {
  const disk = mkdtempSync(join(tmpdir(), 'tertulia-disk-'))
  onTestFinished(() => rmSync(disk, { recursive: true, force: true }))
  const script = `
    mount -t tmpfs ${mount.split(';')[0]} none "$0" && cd "$0" || exit 99
    ${prepare}
    ${mount.includes('ro') ? 'mount -o remount,ro "$0"' : ':'}
    timeout -s KILL 60 "$1" "$2" start --port 0 --db "$0/data/deep/chat.db"
    code=$?
    find "$0" -mindepth 1
    exit $code`
  const { status, stdout, stderr } = spawnSync('unshare', ['-rm', 'bash', '-c', script, disk, process.execPath, program], {
    encoding: 'utf8'
  })
  return { status, said: stderr.replaceAll(disk, ''), left: stdout }
}

test.skipIf(!mountable).each([4, 12, 40, 80, 120])('on a disk of %i KiB a first start is refused, and leaves nothing', (kib) => {
  expect(startOn(`-o size=${kib}k`)).toEqual({
    status: 78,
    said: 'chat-server: There is no room on the disk for /data/deep/chat.db. Make some, or give a file on another disk with --db.\n',
    left: ''
  })
})

test.skipIf(!mountable)('on a disk that cannot be written a first start is refused', () => {
  expect(startOn('-o size=1m;ro')).toEqual({
    status: 78,
    said: 'chat-server: /data/deep/chat.db is on a disk that cannot be written (read-only). Give a file on another one with --db.\n',
    left: ''
  })
})
