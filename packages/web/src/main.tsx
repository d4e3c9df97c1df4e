import { render } from 'preact'
import { refuseFiles } from './browser/files.ts'
import { fitAboveKeyboard } from './browser/keyboard.ts'
import { App } from './parts/app.tsx'
import { serverOf } from './state/identity.ts'

fitAboveKeyboard()
refuseFiles()
render(<App server={serverOf(document.baseURI)} />, document.getElementById('page') as HTMLElement)
