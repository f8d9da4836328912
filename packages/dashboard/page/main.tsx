import './design-system/tokens.css'
import './design-system/base.css'
import './design-system/icon.css'
import './design-system/controls.css'
import './design-system/surfaces.css'
import './shell/shell.css'
import { createRoot } from 'react-dom/client'
import { basePathOf } from './access/base.ts'
import { App } from './app.tsx'
import { applyTheme, storedTheme } from './shell/theme.ts'

applyTheme(storedTheme())
// A page that comes back from the browser's memory has lost its stream.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})
const root = document.getElementById('root')
if (root === null) throw new Error('The document has no root')
createRoot(root).render(<App basePath={basePathOf(document)} />)
