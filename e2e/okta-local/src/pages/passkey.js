'use strict';
for (const form of document.querySelectorAll('form[data-passkey]')) {
  const says = form.querySelector('[role="status"]');
  const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    if (!able) { says.textContent = 'This browser cannot use passkeys. Update it, or use another one.'; return; }
    says.textContent = 'Your browser asks for the passkey now.';
    const options = JSON.parse(form.dataset.options);
    try {
      const credential = form.dataset.passkey === 'create'
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      const name = document.getElementById('identifier');
      if (form.elements.identifier && name) form.elements.identifier.value = name.value;
      form.requestSubmit();
    } catch (error) {
      says.textContent = error.name === 'InvalidStateError'
        ? 'There is a passkey for this account already.'
        : 'No passkey was used. Try again, or choose another way.';
    }
  });
}
