// Whether the view that is about to show was come to from another, or is the first since the page was loaded. Only in
// the first case is the focus moved.

let views = 0;
let told = 0;

export const arrival = {
  /** The shell says that another view is on its way. */
  next() {
    views += 1;
  },
  /** True once for each view but the first. */
  moved(): boolean {
    if (views === told) return false;
    told = views;
    return views > 1;
  },
};
