// Whether a person comes to a view from another one, or it is the first view since the page was loaded. The focus is moved
// only in the former case.

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
