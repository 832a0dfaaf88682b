// Every view: its address, and the module that shows it, loaded when it is first gone to. A view with `nav` stands in the
// sidebar, in this order. Its component gets the address's own parts as props.
import type { Component } from "svelte";
import { match } from "../lib/router.svelte.ts";
import type { IconName } from "../lib/ui/icons.ts";

// Each component declares which parts of the address it takes; the patterns below hold them together.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type View = Component<any>;

export interface Screen {
  /** Patterns of its addresses, such as "/events/:id". */
  paths: string[];
  load: () => Promise<{ default: View }>;
  nav?: { label: string; icon: IconName };
  /** The view of the sidebar that it belongs to. */
  under?: string;
  /** Shown without the sidebar, and before somebody is signed in. */
  bare?: boolean;
}

const SETTINGS = "/settings/sources";

export const SCREENS: Screen[] = [
  { paths: ["/now"], nav: { label: "Now", icon: "now" }, load: () => import("./now/Now.svelte") },
  { paths: ["/events"], nav: { label: "Events", icon: "events" }, load: () => import("./events/Events.svelte") },
  { paths: ["/events/:id"], under: "/events", load: () => import("./events/Story.svelte") },
  { paths: ["/end-users"], nav: { label: "End users", icon: "people" }, load: () => import("./end-users/EndUsers.svelte") },
  { paths: ["/end-users/:destination/:external_id"], under: "/end-users", load: () => import("./end-users/OneEndUser.svelte") },
  { paths: ["/problems"], nav: { label: "Problems", icon: "problems" }, load: () => import("./problems/Problems.svelte") },
  { paths: ["/problems/:destination/:code"], under: "/problems", load: () => import("./problems/GroupView.svelte") },
  { paths: ["/problems/:destination/:code/:id"], under: "/problems", load: () => import("./problems/Letter.svelte") },
  { paths: ["/live"], nav: { label: "Live", icon: "live" }, load: () => import("./live/Live.svelte") },
  { paths: ["/feedback"], nav: { label: "Feedback", icon: "feedback" }, load: () => import("./feedback/Feedback.svelte") },
  { paths: ["/explain"], nav: { label: "Explain", icon: "explain" }, load: () => import("./explain/Explain.svelte") },
  { paths: ["/sign-in"], bare: true, load: () => import("./SignIn.svelte") },
  { paths: ["/start"], bare: true, load: () => import("./start/Start.svelte") },
  { paths: ["/start/source"], bare: true, load: () => import("./start/AddSource.svelte") },
  { paths: ["/start/source/:name"], bare: true, load: () => import("./start/SourceKey.svelte") },
  { paths: ["/start/destination", "/start/destination/name"], bare: true, load: () => import("./start/ChooseDestination.svelte") },
  { paths: ["/start/destination/login"], bare: true, load: () => import("./start/Login.svelte") },
  { paths: ["/start/first-event"], bare: true, load: () => import("./start/FirstEvent.svelte") },
  {
    paths: ["/settings/sources", "/settings"],
    nav: { label: "Settings", icon: "settings" },
    load: () => import("./settings/Sources.svelte"),
  },
  { paths: ["/settings/sources/:name"], under: SETTINGS, load: () => import("./settings/SourcePage.svelte") },
  { paths: ["/settings/destinations"], under: SETTINGS, load: () => import("./settings/Destinations.svelte") },
  { paths: ["/settings/destinations/:name"], under: SETTINGS, load: () => import("./settings/DestinationPage.svelte") },
  { paths: ["/settings/alerts"], under: SETTINGS, load: () => import("./settings/Alerts.svelte") },
  { paths: ["/settings/people"], under: SETTINGS, load: () => import("./settings/People.svelte") },
  { paths: ["/settings/tokens"], under: SETTINGS, load: () => import("./settings/Tokens.svelte") },
  { paths: ["/settings/audit"], under: SETTINGS, load: () => import("./settings/Audit.svelte") },
  { paths: ["/settings/me"], under: SETTINGS, load: () => import("./settings/Me.svelte") },
];

export const NAVIGATION = SCREENS.filter((screen) => screen.nav);

/** Where somebody goes who names no view. */
export const HOME = NAVIGATION[0]?.paths[0] ?? "/settings/sources";

export function find(path: string): { screen: Screen; parts: Record<string, string> } | null {
  for (const screen of SCREENS) {
    for (const pattern of screen.paths) {
      const parts = match(pattern, path);
      if (parts) return { screen, parts };
    }
  }
  return null;
}
