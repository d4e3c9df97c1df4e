import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../../../../', import.meta.url))
const missingTool = ['systemd-nspawn', 'systemd-analyze', 'unshare'].find((tool) => spawnSync(tool, ['--version']).error)

/** Where the trees of control groups begin, of whatever version. */
const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].filter((tree) =>
  existsSync(join(tree, 'cgroup.procs'))
)

/** Why no machine can be started; undefined: one can. */
export const noMachine: string | undefined =
  process.getuid?.() !== 0
    ? 'it takes root'
    : missingTool
      ? `${missingTool} is missing (Debian: apt-get install systemd-container)`
      : spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0 || groups.length === 0
        ? 'here nothing can be mounted, or there are no control groups'
        : undefined

/**
 * Before it starts: all that this machine has, of which nothing is changed, with this repository in /opt/tertulia, and nothing to start.
 * Its files are in memory; they and what is mounted go with the process.
 */
const prepare = `set -e
folder=$1; repository=$2; node=$3; name=$4; shift 4
for tree in "$@"; do mkdir "$tree/$name"; echo $$ > "$tree/$name/cgroup.procs"; done
mount -t tmpfs none "$folder/disk"
mkdir "$folder/disk/upper" "$folder/disk/work" "$folder/disk/root"
mount -t overlay none -o "lowerdir=/,upperdir=$folder/disk/upper,workdir=$folder/disk/work" "$folder/disk/root"
cd "$folder/disk/root"
rm -rf etc/systemd/system/* etc/sysusers.d var/lib/tertulia* etc/tertulia usr/local/bin/chat-server
mkdir -p opt usr/local/bin
cp "$folder/try.service" "$folder/try.target" etc/systemd/system/
ln -s /opt/tertulia/packages/server/bin/chat-server.js usr/local/bin/chat-server
exec systemd-nspawn --quiet --register=no --keep-unit --private-network --machine="$name" --directory="$folder/disk/root" \\
  --bind-ro="$repository:/opt/tertulia" --bind-ro="$node:/usr/local/bin/node" --bind="$folder/told:/told" \\
  --boot -- --unit=try.target`

const tryTarget = '[Unit]\nRequires=basic.target try.service\nAfter=basic.target\n'
const tryService = `[Service]
Type=oneshot
TimeoutStartSec=4min
ExecStart=bash -u /told/script
StandardOutput=file:/told/out
StandardError=file:/told/err
ExecStopPost=systemctl --no-block poweroff --force
`

/**
 * Boot a machine in which systemd is the first process, run a script in it as root, and turn it off.
 * @returns  what the script wrote, by its lines `== NAME`
 */
export async function runInMachine(script: string): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-machine-'))
  const name = basename(folder).toLowerCase()
  for (const part of ['disk', 'told']) mkdirSync(join(folder, part))
  writeFileSync(join(folder, 'try.target'), tryTarget)
  writeFileSync(join(folder, 'try.service'), tryService)
  writeFileSync(join(folder, 'told', 'script'), script)
  const args = ['--mount', 'sh', '-c', prepare, 'sh', folder, repository, process.execPath, name, ...groups]
  const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    let said = ''
    for (const output of [child.stdout, child.stderr]) output.on('data', (bytes) => (said += bytes))
    await once(child, 'close')
    const [out, err] = ['out', 'err'].map((file) => join(folder, 'told', file))
    if (!existsSync(out as string)) throw new Error(`no machine came up: ${said}`)
    const told = readFileSync(out as string, 'utf8')
    if (!/^== end$/m.test(told))
      throw new Error(`the script did not reach its end: ${told}${readFileSync(err as string, 'utf8')}`)
    const sections = told
      .split(/^== /m)
      .slice(1)
      .map((section) => section.split(/\n([\s\S]*)/, 2))
    return new Map(sections.map(([name = '', text = '']) => [name, text.trim()]))
  } finally {
    child.kill('SIGKILL')
    for (const tree of groups) removeGroup(join(tree, name))
    rmSync(folder, { recursive: true, force: true })
  }
}

function removeGroup(group: string): void {
  if (!existsSync(group)) return
  for (const entry of readdirSync(group, { withFileTypes: true })) if (entry.isDirectory()) removeGroup(join(group, entry.name))
  rmdirSync(group)
}
