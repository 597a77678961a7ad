// Takes the code out of the address, so that it is neither seen nor kept there, and posts it as a field.
// Nothing else on these pages needs a script.
(() => {
  "use strict";

  const arrive = () => {
    const code = window.location.hash.slice(1);
    if (!code.startsWith("rt_")) {
      return;
    }
    window.history.replaceState(null, "", window.location.pathname);
    const form = document.createElement("form");
    form.method = "post";
    form.action = window.location.pathname;
    form.hidden = true;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "token";
    field.value = code;
    form.append(field);
    document.body.append(form);
    form.submit();
  };

  arrive();
  // A second link opened in the same tab changes no more than what stands after the #.
  window.addEventListener("hashchange", arrive);
})();
