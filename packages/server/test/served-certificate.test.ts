import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Certificates, noCertificates } from '../../client/test/support/certificates.ts'
import type { Logger } from '../src/log.ts'
import { ServedCertificate } from '../src/served-certificate.ts'

const dayMs = 24 * 3_600_000
const opensslTime = (ms: number) => new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')

test.skipIf(noCertificates())('the log warns of a certificate in its last 14 days, and of no other', () => {
  const certificates = new Certificates()
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-served-'))
  onTestFinished(() => {
    certificates.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const warnings: string[] = []
  const log = { warn: (_fields: object, message: string) => void warnings.push(message) } as unknown as Logger
  for (const daysLeft of [15, 13]) {
    const now = Date.now()
    const { cert, key } = certificates.make({ from: opensslTime(now - dayMs), to: opensslTime(now + daysLeft * dayMs) })
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key, { mode: 0o600 })
    new ServedCertificate(files, log)
    expect(warnings).toHaveLength(daysLeft < 14 ? 1 : 0)
  }
  expect(warnings).toEqual([`The certificate in ${files.cert} ends soon. Renew it, and send SIGHUP.`])
})
