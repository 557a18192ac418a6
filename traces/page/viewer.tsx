import { render } from "preact";

render(<p>popcheck</p>, document.body);
