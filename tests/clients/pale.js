// Texts whose contrast with what is behind them is too low (WCAG 2.2, 1.4.3), by the colours that the browser computed.
() => {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => linear(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const sides = [light(getComputedStyle(element).color), light(ground(element))].sort((one, other) => other - one);
    return (sides[0] + 0.05) / (sides[1] + 0.05);
  };
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  return [...document.querySelectorAll("main *, footer *")]
    .filter((element) => says(element) && element.offsetParent && contrast(element) < 4.5)
    .map((element) => `${contrast(element).toFixed(2)} ${element.outerHTML.slice(0, 60)}`);
};
