import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { flags, variable } from '../../src/flags.ts'
import { noNats } from '../support/nats-engine.ts'
import { noPostgres } from '../support/postgres-engine.ts'
import { isLong, length } from '../support/test-length.ts'
import { noMachine, runInMachine } from './support/systemd-machine.ts'

const folder = fileURLToPath(new URL('../../../../deploy/systemd/', import.meta.url))
const read = (file: string) => readFileSync(`${folder}${file}`, 'utf8')
const services = readdirSync(folder).filter((file) => file.endsWith('.service'))

const missing = noMachine ?? noPostgres ?? noNats
if (missing && process.env.CI) throw new Error(`the units cannot be tried: ${missing}`)

const stepsIn = (page: string, begin: RegExp): string =>
  readFileSync(`${folder}../../docs/${page}`, 'utf8')
    .split(begin)[1]
    ?.match(/```sh\n([\s\S]*?)```/)?.[1] ?? expect.unreachable()

/** How they are installed; here, whoever is root needs no sudo, and types faster than a server makes its database. */
const install = stepsIn('operations.md', /^## As a service$/m).replaceAll(
  'sudo -u tertulia',
  'until_ test -S /var/lib/tertulia/chat.db.socket; runuser -u tertulia --'
)
/** How a server with a file is moved to PostgreSQL, which is on this machine here. */
const move = stepsIn('scale.md', /^To move a server that is a \[service\]/m).replace(
  /postgres:[^']+/,
  'postgres://chat@127.0.0.1/chat'
)

const isHardening =
  /^(?:NoNewPrivileges|Private(?!Network)|Protect|ProcSubset|Remove|Lock|Restrict(?!Address)|SystemCall|CapabilityB|UMask)\w*=/

test('all services are equally restricted', () => {
  const restrictions = services.map((file) =>
    read(file)
      .split('\n')
      .filter((line) => isHardening.test(line))
      .sort()
  )
  expect(restrictions[0]?.length).toBeGreaterThan(20)
  for (const one of restrictions) expect(one).toEqual(restrictions[0])
})

test('the example of an environment has variables that the server knows', () => {
  const known = Object.keys(flags).map(variable)
  const named = [...read('server.env').matchAll(/^#?(\w+)=/gm)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(4)
  expect(known).toEqual(expect.arrayContaining(named))
})

/** What is done on the machine, and what it shows of it. */
const tools = `
section() { echo "== $*"; }
until_() { until "$@" >/dev/null 2>&1; do sleep 0.1; done; } # the machine is turned off where that never comes
ready() { until_ curl -fs "http://127.0.0.1:$1/health/ready"; }
ask() { curl -s -H "Authorization: Bearer $token" "$@"; }
register() { curl -s -H 'Content-Type: application/json' -d '{"name":"ana"}' "http://127.0.0.1:$1/v1/users" | sed 's/.*"token":"\\([^"]*\\)".*/\\1/'; }
property() { systemctl show --value --property "$2" "$1"; }
differs() { [ "$(property "$1" "$2")" != "$3" ]; }
backups=/var/lib/tertulia-backups
old() { touch -d '31 days ago' "$backups/$1"; }
`
const oneServer = `
section install
cd /opt/tertulia
set -e
${install}
set +e
printf 'CHAT_SERVER_REGISTRATION=open\\n' >/etc/tertulia/server.env
systemctl stop tertulia.service tertulia-backup.timer
section verify
cd /etc/systemd/system
cp tertulia@.service tertulia@1543.service
systemd-analyze verify ./tertulia.service ./tertulia@1543.service ./tertulia-*.service ./tertulia-*.timer 2>&1
for unit in ./tertulia.service ./tertulia@1543.service ./tertulia-*.service; do
  systemd-analyze security --no-pager --offline=true --threshold=15 "$unit" >/dev/null || echo "$unit is exposed"
done
rm tertulia@1543.service
cd /

section start
systemctl start tertulia
ready 1543
token=$(register 1543)
ask -o /dev/null -w '%{http_code}\\n' -d text=hi http://127.0.0.1:1543/v1/rooms/general/messages
section restricted
pid=$(property tertulia MainPID)
grep -E '^(Seccomp|NoNewPrivs|CapEff|CapBnd):' /proc/$pid/status | tr -s '\\t' ' '
section seen
curl -s http://127.0.0.1:1543/metrics | grep -oE '^(process_open_fds|tertulia_disk_free_bytes) [1-9]' | cut -d' ' -f1
nsenter --mount --target $pid grep -c ':0607' /proc/self/net/tcp
section files
stat -c '%U %a %n' /var/lib/tertulia /var/lib/tertulia/*
section operator
runuser -u tertulia -- chat-server user list --db /var/lib/tertulia/chat.db | cut -f1,2

section backup
old chat-20200101-000000.db
systemctl start tertulia-backup; echo $?
stat -c '%U %a' $backups $backups/*
section broken backup
old chat-20200101-000000.db
mkdir /etc/systemd/system/tertulia-backup.service.d
printf '[Service]\\nEnvironment=CHAT_SERVER_DB=/etc/hostname\\n' >/etc/systemd/system/tertulia-backup.service.d/try.conf
systemctl daemon-reload
systemctl start tertulia-backup 2>/dev/null; echo $?
basename -a $backups/chat-20200101-*
section timers
systemctl enable --quiet --now tertulia-backup.timer tertulia-pgdump.timer
for timer in tertulia-backup tertulia-pgdump; do
  property $timer.timer ActiveState
  property $timer.timer NextElapseUSecRealtime | grep -o ' 03:[1-3]'
done

section killed
kill -KILL $pid
until_ differs tertulia MainPID $pid
ready 1543
ask http://127.0.0.1:1543/v1/rooms/general/messages | grep -o '"text":"[^"]*"'
section reload
systemctl reload tertulia; echo $?
ready 1543
property tertulia ActiveState
section stop
systemctl stop tertulia
property tertulia Result
property tertulia ExecMainStatus
section cannot start
printf 'CHAT_SERVER_TLS_CERT=/nowhere.pem\\nCHAT_SERVER_TLS_KEY=/nowhere.pem\\n' >/etc/tertulia/server.env
systemctl start tertulia
until_ systemctl is-failed tertulia # it would be “activating” if it were to be started again
property tertulia ExecMainStatus
property tertulia NRestarts
`
const severalServers = `
section moved
cp /etc/tertulia/server.env /etc/tertulia/wrong.env
printf 'CHAT_SERVER_BUS=nats://127.0.0.1:4222\\n' >/etc/tertulia/server.env
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
install -d -o postgres /run/pg
runuser -u postgres -- $bin/initdb -D /run/pg/data -A trust -U chat -E UTF8 --no-sync >/dev/null
systemd-run --quiet --unit=postgres --uid=postgres $bin/postgres -D /run/pg/data -c unix_socket_directories=/run/pg
until_ $bin/createdb -h 127.0.0.1 -U chat chat
systemd-run --quiet --unit=nats nats-server -a 127.0.0.1
cd /opt/tertulia
set -e
${move}
set +e
ready 1543
ask http://127.0.0.1:1543/v1/rooms/general/messages | grep -o '"text":"[^"]*"'

section several
systemctl stop tertulia@1543
cd /etc/tertulia
mv server.env right.env
mv wrong.env server.env
systemctl start tertulia@1543
until_ differs tertulia@1543 NRestarts 0
mv right.env server.env
systemctl start tertulia@1544
ready 1543
ready 1544
ask -o /told/stream -N -H 'Accept: application/x-ndjson' 'http://127.0.0.1:1544/v1/rooms/general/events?after=0' &
ask -o /dev/null -d text=hello http://127.0.0.1:1543/v1/rooms/general/messages
until_ grep -q '"text":"hello"' /told/stream
grep -o '"text":"hello"' /told/stream

section dump
printf 'PGHOST=127.0.0.1\\nPGUSER=chat\\nPGDATABASE=chat\\n' >/etc/tertulia/pgdump.env
old chat-20200101-000000.dump
systemctl start tertulia-pgdump; echo $?
stat -c '%U %a' $backups/*.dump
section put back
systemctl stop tertulia@1543 tertulia@1544
$bin/dropdb -h 127.0.0.1 -U chat chat
$bin/createdb -h 127.0.0.1 -U chat chat
$bin/pg_restore --exit-on-error -h 127.0.0.1 -U chat -d chat $backups/*.dump; echo $?
systemctl start tertulia@1544
ready 1544
ask http://127.0.0.1:1544/v1/rooms/general/messages | grep -o '"text":"[^"]*"'
section no database to dump
systemctl stop postgres
old chat-20200101-000000.dump
systemctl start tertulia-pgdump 2>/dev/null; echo $?
ls $backups/*.dump | wc -l
`
const script = `${tools}${length({ short: oneServer, long: oneServer + severalServers })}section end\n`

describe.skipIf(missing)(
  `under systemd, on a machine of their own${missing ? ` (${missing})` : ''}`,
  { timeout: 300_000 },
  () => {
    let told: Map<string, string>
    beforeAll(async () => {
      told = await runInMachine(script)
    }, 300_000)
    const lines = (section: string) => told.get(section)?.split('\n')

    test('what the docs say installs them, starts a server and makes an invite', () => {
      expect(told.get('install')).toMatch(/^https:\/\/chat\.example\.org\/#join=\w+$/)
    })

    test('systemd finds no fault in the units, and little that they could still do without', () => {
      expect(told.get('verify')).toBe('')
    })

    test('a server runs as a user of its own, without privileges, and sees of the machine what it needs', () => {
      expect(told.get('start')).toBe('201')
      expect(lines('restricted')).toEqual(['CapEff: 0000000000000000', 'CapBnd: 0000000000000000', 'NoNewPrivs: 1', 'Seccomp: 2'])
      expect(lines('seen')).toEqual(['tertulia_disk_free_bytes', 'process_open_fds', expect.stringMatching(/^[1-9]/)])
      const folder = '/var/lib/tertulia'
      const files = ['', '-shm', '-wal', '.lock', '.socket'].map((end) => `tertulia 600 ${folder}/chat.db${end}`)
      expect(lines('files')).toEqual(expect.arrayContaining([`tertulia 700 ${folder}`, ...files]))
    })

    test('chat-server user speaks with the server, as its user', () => {
      expect(told.get('operator')).toBe('ana\tperson')
    })

    test('a backup is made beside the server, and the old ones go only if the new one is in order', () => {
      expect(lines('backup')).toEqual(['0', 'tertulia 700', 'tertulia 600'])
      expect(lines('broken backup')).toEqual(['1', 'chat-20200101-000000.db'])
      const each = ['active', expect.stringMatching(/^ 03:[123]$/)]
      expect(lines('timers')).toEqual([...each, ...each])
    })

    test('a server that was killed comes back, one that is stopped ends in order, one that cannot start is not tried again', () => {
      expect(told.get('killed')).toBe('"text":"hi"')
      expect(lines('reload')).toEqual(['0', 'active'])
      expect(lines('stop')).toEqual(['success', '0'])
      expect(lines('cannot start')).toEqual(['78', '0'])
    })

    test.runIf(isLong)('what the docs say moves a server from its file to PostgreSQL', () => {
      expect(lines('moved')?.at(-1)).toBe('"text":"hi"')
    })

    test.runIf(isLong)('several servers on one PostgreSQL are tried until they can start, and are one chat', () => {
      expect(told.get('several')).toBe('"text":"hello"')
    })

    test.runIf(isLong)('a dump of PostgreSQL can be put back; where none can be made, the old ones stay', () => {
      expect(lines('dump')).toEqual(['0', 'tertulia 600'])
      expect(lines('put back')).toEqual(['0', '"text":"hi"', '"text":"hello"'])
      expect(lines('no database to dump')).toEqual(['1', '2'])
    })
  }
)
