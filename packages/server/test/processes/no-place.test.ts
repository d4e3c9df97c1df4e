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

test.skipIf(!mountable)(
  'without room to copy a database before it is brought up to date, or for a step of that, the start is refused, and it is as it was',
  () => {
    const older = fileURLToPath(new URL('../stores/fixtures/schema-09.db.gz', import.meta.url))
    const sum = 'md5sum < data/deep/chat.db'
    const prepare = `mkdir -p data/deep && gunzip -c ${older} > data/deep/chat.db && was=$(${sum}); trap '[ "$was" = "$(${sum})" ] && echo as it was' EXIT`
    const toCopy =
      'to copy /data/deep/chat.db (1 MB) before this version changes it. Make room beside it and start again; nothing was changed.'
    const toChange = 'for /data/deep/chat.db. Make some, or give a file on another disk with --db.'
    for (const [kib, words] of [
      [200, toCopy],
      [316, toChange]
    ] as const) {
      const { status, said, left } = startOn(`-o size=${kib}k`, prepare)
      expect([status, said]).toEqual([78, `chat-server: There is no room on the disk ${words}\n`])
      expect(left).not.toContain('before-v')
      expect(left).toContain('as it was')
    }
  }
)
