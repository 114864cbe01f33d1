// What every live view listens to; Python puts it before view.js and practice.js.

// anywidget 0.11 gives a model two seconds to load this file. If a busy machine takes longer, the
// picture is drawn all the same, but every message of the kernel is refused from then on. So the
// model is made to hear them by itself, as every other widget does.
function hear(model) {
  let self = null;
  const found = (changed) => { self = changed; };  // Backbone hands over the model itself
  model.on("change:_heard", found);
  model.set("_heard", true);
  model.set("_heard", undefined, { unset: true });
  model.off("change:_heard", found);
  const widget = self && Object.getPrototypeOf(Object.getPrototypeOf(self));
  if (self?.comm?.on_msg && widget?._handle_comm_msg)
    self.comm.on_msg((message) => widget._handle_comm_msg.call(self, message));
}

// Calls `arrived` at each answer of the kernel, and `liveness`, with the model as `this`, when the
// kernel comes or goes; returns what ends it.
function listen(model, arrived, liveness) {
  hear(model);
  model.on("change:state", arrived);
  model.on("comm_live_update", liveness);
  return () => {
    model.off("change:state", arrived);
    model.off("comm_live_update", liveness);
  };
}
