import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { here } from '../peers/running.mjs'

/**
 * In a network of its own with smaller buffers: elsewhere the kernel keeps up to four megabytes for each reader, two gigabytes in all,
 * before the server notices that nobody reads, and gets into need itself.
 */
const inNetwork = ['--map-root-user', '--net', 'sh', '-c']
const prepared =
  'ip link set lo up && for each in tcp_rmem tcp_wmem; do sysctl -qw "net.ipv4.$each=4096 65536 262144" || exit; done && exec "$@"'

/** Each run starts a server of its own there. */
const run = (frozen) => async () => ({ frozen, end: async () => {} })

export const frozen = [
  {
    name: 'frozen',
    title: '500 followers that have stopped reading, while 200 MB of messages pass to them and to 100 others',
    servers: { 'with 500 frozen': run(500), without: run(0) },
    goals: [{ figure: 'p99 ms', of: 'without', atMost: 1.5 }],
    async measure({ frozen }) {
      const program = [process.execPath, here('../load/frozen-run.mjs'), `${frozen}`]
      const { stdout } = await promisify(execFile)('unshare', [...inNetwork, prepared, 'sh', ...program])
      return JSON.parse(stdout)
    }
  }
]
