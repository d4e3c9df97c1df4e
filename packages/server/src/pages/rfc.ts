import type { Link } from './page.ts'

/** A place in a standard. */
export interface Rfc {
  rfc: keyof typeof titles
  section: string
  title: string
}

const titles = {
  3629: 'UTF-8, a transformation format of ISO 10646',
  3986: 'Uniform Resource Identifier (URI): Generic Syntax',
  4918: 'HTTP Extensions for Web Distributed Authoring and Versioning (WebDAV)',
  6454: 'The Web Origin Concept',
  6585: 'Additional HTTP Status Codes',
  6750: 'The OAuth 2.0 Authorization Framework: Bearer Token Usage',
  8259: 'The JavaScript Object Notation (JSON) Data Interchange Format',
  9110: 'HTTP Semantics',
  9112: 'HTTP/1.1'
} as const

export const rfcLink = ({ rfc, section, title }: Rfc): Link => ({
  href: `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}`,
  text: `RFC ${rfc}, section ${section}: ${title}`,
  note: titles[rfc]
})
