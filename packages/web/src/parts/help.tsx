import { language, panel, useSession, words } from '../page-context.ts'
import { keys } from '../texts/keys.ts'
import { Dialog } from './dialog.tsx'

/** What the keys do, and where there is more to read. */
export function Help() {
  const said = words()
  return (
    <Dialog title={said.help} onClose={() => (panel.value = undefined)}>
      <dl class="keys">
        {keys[language.value].map(([names, does]) => (
          <div key={names}>
            <dt>
              {names.split(' ').map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <a href={`${useSession().server}/docs`}>{said.docs}</a>
    </Dialog>
  )
}

/** Whether a key that was pressed asks for help, rather than being a letter of a text. */
export const asksForHelp = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  key === '?' && !ctrlKey && !metaKey && !altKey && !(target instanceof Element && target.matches('input, textarea, select'))
