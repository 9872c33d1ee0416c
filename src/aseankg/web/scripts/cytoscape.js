// Cytoscape adds a <style> element, which the pages' policy refuses, unless something with this name is there already;
// the one rule that it would add stands in style.css.
const mark = document.createElement("meta");
mark.id = "__________cytoscape_stylesheet";
document.head.append(mark);

export { default } from "cytoscape";
