import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why no certificates can be made here; undefined where they can. */
export const noCertificates = (): string | undefined =>
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'the program `openssl` is missing'

export interface Certificate {
  key: Buffer
  cert: Buffer
  /** Where the certificate is, for `NODE_EXTRA_CA_CERTS`. */
  file: string
}

interface Wanted {
  /** What it is for, as `DNS:localhost,IP:127.0.0.1`. */
  names?: string
  /** As OpenSSL writes times: `20200101000000Z`. */
  from?: string
  to?: string
  /** Signed by the authority of this folder, instead of itself. */
  issued?: boolean
}

/** Makes certificates with `openssl`, in a folder of its own. */
export class Certificates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tertulia-certificates-'))
  #made = 0

  constructor() {
    for (const name of ['index.txt', 'index.txt.attr']) writeFileSync(this.#path(name), '')
    writeFileSync(this.#path('serial'), '01')
    writeFileSync(this.#path('ca.cnf'), configuration(this.#folder))
    this.#openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-subj',
      '/CN=authority'
    )
  }

  get authority(): string {
    return this.#path('ca.crt')
  }

  make({ names = 'DNS:localhost,IP:127.0.0.1', from, to, issued = false }: Wanted = {}): Certificate {
    const [key, request, cert] = ['key', 'csr', 'crt'].map((end) => `${this.#made}.${end}`) as [string, string, string]
    this.#made++
    const subject = ['-subj', `/CN=${this.#made}`, '-addext', `subjectAltName=${names}`]
    this.#openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', request, ...subject)
    const signer = issued ? ['-cert', 'ca.crt', '-keyfile', 'ca.key'] : ['-selfsign', '-keyfile', key]
    const span = from === undefined || to === undefined ? ['-days', '1'] : ['-startdate', from, '-enddate', to]
    this.#openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...signer, '-in', request, '-out', cert, ...span)
    return { key: readFileSync(this.#path(key)), cert: readFileSync(this.#path(cert)), file: this.#path(cert) }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #path = (name: string): string => join(this.#folder, name)

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' })
  }
}

const configuration = (folder: string): string => `
[ca]
default_ca = here
[here]
new_certs_dir = ${folder}
database = ${join(folder, 'index.txt')}
serial = ${join(folder, 'serial')}
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`
