/** Shows a chart's values where the pointer is. */
for (const figure of document.querySelectorAll('[data-chart]')) {
  const { t, end, plot, lines } = JSON.parse(figure.dataset.chart)
  const svg = figure.querySelector('svg')
  const box = figure.querySelector('output')
  const cursor = document.createElementNS('http://www.w3.org/2000/svg', 'line')
  cursor.setAttribute('class', 'cursor')
  cursor.setAttribute('y1', plot.top)
  cursor.setAttribute('y2', plot.bottom)

  figure.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = svg.getBoundingClientRect()
    const at = (((clientX - left) / width) * plot.width - plot.left) / (plot.right - plot.left)
    const seconds = Math.min(1, Math.max(0, at)) * end
    const place = t.reduce(
      (best, each, index) => (Math.abs(each - seconds) < Math.abs(t[best] - seconds) ? index : best),
      0,
    )
    const x = plot.left + (t[place] / end) * (plot.right - plot.left)
    for (const name of ['x1', 'x2']) cursor.setAttribute(name, x)
    svg.append(cursor)
    const clock = `${Math.floor(t[place] / 60)}:${String(Math.floor(t[place] % 60)).padStart(2, '0')}`
    box.textContent = [clock, ...lines.map(({ name, shown }) => `${shown[place]}  ${name}`)].join('\n')
    box.style.display = 'block'
    const right = x > plot.width / 2
    box.style.left = right ? 'auto' : `${(x / plot.width) * 100 + 3}%`
    box.style.right = right ? `${(1 - x / plot.width) * 100 + 3}%` : 'auto'
  })

  figure.addEventListener('pointerleave', () => {
    cursor.remove()
    box.style.display = 'none'
  })
}
