"""QA: rules and a reviewer over copy and pictures, in reports bound to what was judged."""
