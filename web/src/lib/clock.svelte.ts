// The time that relative times are told by. It moves every ten seconds, and stands still in a page nobody looks at.

let now = $state(Date.now());
setInterval(() => {
  if (!document.hidden) now = Date.now();
}, 10_000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) now = Date.now();
});

export const clock = {
  get now() {
    return now;
  },
};
