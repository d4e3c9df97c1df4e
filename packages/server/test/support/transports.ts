import { type Certificate, Certificates, noCertificates } from '../../../client/test/support/certificates.ts'

const missing = noCertificates()
if (missing) console.log(`TLS: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`TLS cannot be tried: ${missing}`)

let made: Certificate | undefined

/** One for this computer, signed by itself. */
function certificate(): Certificate {
  if (made) return made
  const certificates = new Certificates()
  made = certificates.make()
  certificates.remove()
  return made
}

/** What is said below HTTP has to hold over each of these; the certificate with which the server speaks TLS. */
export const transports: [name: string, certificate?: () => Certificate][] = missing ? [['TCP']] : [['TCP'], ['TLS', certificate]]
