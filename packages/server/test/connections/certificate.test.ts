import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Certificates, noCertificates } from '../../../client/test/support/certificates.ts'
import { isForEverybody, readCertificate } from '../../src/connections/certificate.ts'

const missing = noCertificates()
if (missing) console.log(`certificate: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`certificate cannot run: ${missing}`)

describe.skipIf(missing)('a certificate', () => {
  let certificates: Certificates
  let folder: string
  beforeAll(() => {
    certificates = new Certificates()
    folder = mkdtempSync(join(tmpdir(), 'tertulia-certificate-'))
  })
  afterAll(() => {
    certificates.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const write = (name: string, content: string | Buffer, mode = 0o600): string => {
    const file = join(folder, name)
    writeFileSync(file, content, { mode })
    return file
  }
  const makePipe = (file: string): string => {
    execFileSync('mkfifo', [file])
    return file
  }
  const pair = (wanted: Parameters<Certificates['make']>[0] = {}) => {
    const { cert, key } = certificates.make(wanted)
    return { cert: write('cert.pem', cert), key: write('key.pem', key) }
  }

  test('is for the hosts that it names, from one day to another', () => {
    const files = pair({ names: 'DNS:chat.example.org,DNS:*.example.com,IP:127.0.0.1' })
    const { names, isFor, validFromMs, validToMs } = readCertificate(files)
    expect(names).toEqual(['chat.example.org'])
    expect(['chat.example.org', 'a.example.com', '127.0.0.1', 'example.org', '127.0.0.2', '::1'].map(isFor)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false
    ])
    expect(validToMs - validFromMs).toBe(24 * 3_600_000)
  })

  test('that is followed by its chain is the first one', () => {
    const { cert, key } = certificates.make({ issued: true })
    const chain = Buffer.concat([cert, certificates.make().cert])
    expect(readCertificate({ cert: write('cert.pem', chain), key: write('key.pem', key) }).names).toEqual(['localhost'])
  })

  const nowhere = '/nowhere/file.pem'
  test.each([
    ['is missing', () => ({ ...pair(), cert: nowhere }), `--tls-cert ${nowhere} does not exist.`],
    ['has a key that is missing', () => ({ ...pair(), key: nowhere }), `--tls-key ${nowhere} does not exist.`],
    ['is a folder', () => ({ ...pair(), cert: folder }), 'FOLDER is a folder.'],
    ['is a pipe', () => ({ ...pair(), cert: makePipe(join(folder, 'pipe')) }), 'is not a regular file.'],
    ['is something else', () => ({ ...pair(), cert: write('x', 'secret') }), 'holds no certificate in PEM form'],
    [
      'is a broken one',
      () => ({ ...pair(), cert: write('x', '-----BEGIN CERTIFICATE-----\nsecret\n-----END CERTIFICATE-----\n') }),
      'holds no certificate in PEM form'
    ],
    ['has something else for a key', () => ({ ...pair(), key: write('x', 'secret') }), 'holds no private key in PEM form'],
    [
      'has the key of another one',
      () => ({ ...pair(), key: write('other.pem', certificates.make().key) }),
      '--tls-key FOLDER/other.pem does not belong to the first certificate in FOLDER/cert.pem.'
    ],
    [
      'has expired',
      () => pair({ from: '20200101000000Z', to: '20210101000000Z' }),
      '--tls-cert FOLDER/cert.pem expired on Jan  1 00:00:00 2021 GMT. Renew it.'
    ],
    [
      'has a key with a passphrase',
      () => {
        const files = pair()
        const locked = join(folder, 'locked.pem')
        execFileSync('openssl', ['pkey', '-in', files.key, '-aes256', '-passout', 'pass:secret', '-out', locked])
        return { ...files, key: locked }
      },
      '--tls-key FOLDER/locked.pem is protected by a passphrase. Write it without one: openssl pkey -in KEY -out NEW'
    ],
    [
      'is too weak to be used',
      () => {
        const [cert, key] = [join(folder, 'weak.pem'), join(folder, 'weak-key.pem')]
        const args = ['req', '-x509', '-newkey', 'rsa:512', '-nodes', '-subj', '/CN=x', '-out', cert, '-keyout', key]
        execFileSync('openssl', args, { stdio: 'pipe' })
        return { cert, key }
      },
      'FOLDER/weak.pem cannot be used ('
    ]
  ])('that %s is refused in one line that says nothing of what is in the files', (_what, files, words) => {
    const made = files()
    let message = ''
    try {
      readCertificate(made)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message.replaceAll(folder, 'FOLDER')).toContain(words)
    expect(message).not.toContain('secret')
    expect(message).not.toContain('\n')
  })

  test.skipIf(process.platform === 'win32')('has a key that is not for every user of the machine', () => {
    expect(isForEverybody(write('closed.pem', 'x', 0o640))).toBe(false)
    expect(isForEverybody(write('open.pem', 'x', 0o644))).toBe(true)
    expect(isForEverybody(nowhere)).toBe(false)
  })
})
