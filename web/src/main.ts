import { mount } from "svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./lib/theme.svelte.ts";
import App from "./App.svelte";

const target = document.getElementById("app");
if (target) mount(App, { target });
