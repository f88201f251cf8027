/** Widths of the window at which its columns change; the same as in MainWindow.module.css. */

/** One pane at a time. */
export const ONE_PANE = "(max-width: 639px)";
/** The chat list is a rail of pictures (or, narrower, a pane). */
export const RAIL = "(max-width: 799px)";
/** Details are a column. */
export const WIDE = "(min-width: 1180px)";
