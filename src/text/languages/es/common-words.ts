import { wordSet } from '../word-set.ts';

/** Frequent Spanish words, hand-picked for everyday speech and calls to a service. */
export const COMMON_WORDS: ReadonlySet<string> = wordSet(`
a abajo abierto abrir acá acaba acabar aceptar acerca acuerdo además adiós adónde aeropuerto agua ahí ahora aire al
alcanzar algo alguien algún alguna algunas alguno algunos allá allí alma alto amable amarillo ambos amiga amigo amigos
amor andar antes año años aparecer aplicación apenas aprender aquel aquella aquello aquí arriba arroz así asunto
atención atender atrás aún aunque autobús ayer ayuda ayudar azul bajo banco baño bar barato bastante beber bien blanca
blanco boca bonita bonito botella brazo buen buena buenas bueno buenos buscar cabeza cada caer café caja calle calor
cama cambiar cambio camino campo canal cancelar cansado cantidad cara carne caro carta casa casado casi caso causa cena
centro cerca cerrado cerrar cielo cierta cierto cine ciudad clara claro clase cliente coche código coger colocar color
comenzar comer comida como cómo compañía completo comprar compra computadora común con conmigo conocer conseguir
considerar consulta contacto contar contestar contigo contra contrato conversación corazón correcto correo correr cosa
cosas creer creo cruzar cual cuál cualquier cuando cuándo cuanta cuanto cuánto cuarto cuatro cuenta cuerpo cuidado culpa
cumplir da dado dar datos de debajo debe deber debo decidir decir deja dejar del delante demás demasiado dentro derecha
derecho desayuno desde deseo desear después detrás devolver di día días dice dicho diferente difícil diga digo dijo
dinero dio dios dirección directo disculpe distinto doctor dolor domingo don donde dónde dormir dos duda dueño durante
duro echar edad edificio ejemplo el él ella ellas ellos email empezar empleo empresa en encima encontrar enero enfermo
entender entiendo entonces entrada entrar entre entrega entregar enviar envío era eran eres error es esa esas escribir
escuchar escuela ese esos eso espacio español especial esperar espere esposa esposo esta está estaba estación estado
estados estamos están estar estas este éste esto estos estoy estudiar éxito explicar factura fácil falta faltar familia
favor fecha feliz fiesta fin final forma foto frente frío fue fuego fuera fueron fuerte fuerza gana ganar gasto gato
general gente gracias gran grande grandes grupo guapo guardar guerra gusta gustar gustaría gusto ha haber había habitación
habla hablar hace hacer haciendo hacia hago hambre han hasta hay haya haz he hecho hermana hermano hermoso hija hijo
hijos historia hizo hola hombre hombres hora horas horario hospital hotel hoy hubo idea idioma iglesia igual imagen
importa importante imposible incluso información inglés internet invierno ir izquierda jamás jefe joven juego jugar
junto justo la lado largo las le leche leer lejos lengua les letra levantar libre libro línea lista listo llama llamada
llamar llamo llave llega llegar llegó lleno llevar llover lluvia lo loco los luego lugar luz madre mal mala malo mamá
mandar manera mano manos mañana mar marido más mas mayor me mediante médico medio mejor menor menos mensaje mercado mes
mesa meses metro mi mí miedo mientras mil minuto minutos mío mira mirar mis misma mismo mitad modo momento montón morir
mostrar motivo mover mucha muchas mucho muchos muerte mujer mujeres mundo música muy nada nadie necesita necesitar
necesito negro ni ningún ninguna ninguno niña niño niños no noche nombre normal nos nosotros nota noticia nuestra
nuestro nueva nuevo número nunca o obra ocasión oficina oído oír ojo ojos opción orden os otra otras otro otros paciente
padre padres pagar pago país palabra palabras pan papá papel par para parar parece parecer pared parte partido partir
pasa pasado pasar paso paz pedido pedir pelo pena pensar peor pequeña pequeño perder perdón perfecto pero perro persona
personas pesar pie piel pierna piso plan plato playa plaza pobre poca poco pocos poder podía policía poner por porque
posible precio pregunta preguntar presente presidente primer primera primero principal prisa problema problemas producto
programa pronto propio próxima próximo proyecto prueba público pude pueblo puede pueden puedo puerta pues punto puse que
qué quedar queja querer querida quería quien quién quienes quiere quieren quiero quizá quizás rápido razón real recibir
recordar reembolso regalo repetir reserva respuesta restaurante resto resultado reunión revisar rico río rojo ropa sabe
saber saben sacar sala salida salir salud saludos sangre se sé sea segunda segundo seguir según seguro semana sentido
sentir señal señor señora señorita ser será sería serio servicio si sí sido siempre siento siga siglo significa siguiente
silencio silla sin sino sistema sitio situación sobre sol sola solamente solo sólo solución somos son soy su suave subir
suelo suerte sueño sus suyo tal también tampoco tan tanta tanto tarde tarjeta taxi te té teléfono televisión temprano
tener tengo tenía tercer tercera tercero terminar tiempo tienda tiene tienen tierra tipo toda todas todavía todo todos
tomar total trabaja trabajar trabajo traer tras tratar trato tren triste tu tú tus tuvo última último un una única único
unos usar uso usted ustedes va vale valor vamos van varias varios vaso veces ver verano verdad verde vender venir ventana
verificar vez viaje vida vieja viejo viene viernes vino visita visto vive vivir voluntad volver voy voz vuelo vuelta y ya
yo zapato zona lunes martes miércoles jueves sábado
`);
