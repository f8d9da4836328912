/** The browser's own checkbox, for rows: hundreds of them are drawn while one scrolls. */
export function RowCheckbox({
  label,
  isSelected,
  onChange,
}: {
  label: string
  isSelected: boolean
  onChange: (isSelected: boolean) => void
}) {
  return (
    <input
      type="checkbox"
      className="row-checkbox"
      aria-label={label}
      checked={isSelected}
      onChange={(event) => onChange(event.target.checked)}
    />
  )
}
